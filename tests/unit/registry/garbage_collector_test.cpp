#include "registry/garbage_collector.hpp"

#include "registry/push_intent.hpp"
#include "registry/referrer_store.hpp"
#include "storage/forwarding_driver.hpp"
#include "storage/layout.hpp"
#include "storage/memory/memory_driver.hpp"
#include "support/artifact.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::repository_name other = *oci::repository_name::parse("other");
const oci::tag latest = *oci::tag::parse("latest");

class garbage_collector_test : public testing::Test {
protected:
    storage::memory_driver driver;
    referrer_store referrers{driver};
    std::vector<std::string> lines;
    std::vector<std::string> problems;

    garbage_collector::counts collect(garbage_collector::options how = {}) {
        how.grace = how.quarantine = how.trash_retention = std::chrono::seconds{0};
        return collect_so(std::move(how));
    }
    garbage_collector::counts collect_so(garbage_collector::options how) {
        how.on_line = [this](const std::string& line) { lines.push_back(line); };
        how.on_problem = [this](const std::string& problem) { problems.push_back(problem); };
        garbage_collector collector{driver, std::move(how)};
        return test::run(collector.collect());
    }
    garbage_collector::counts collect_untagged() { return collect({.delete_untagged = true}); }

    oci::digest blob(const std::string& bytes) {
        const oci::digest digest = oci::digest::of(bytes);
        test::run(driver.put(layout::blob_data(digest), bytes));
        return digest;
    }
    oci::digest layer(const std::string& bytes, const oci::repository_name& name = repo) {
        const oci::digest digest = blob(bytes);
        test::run(driver.put(layout::layer_link(name, digest), digest.str()));
        return digest;
    }
    static std::string image_of(const oci::digest& layer) {
        return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"c","digest":")" +
               oci::digest::of("{}").str() + R"(","size":2},"layers":[{"mediaType":"l","digest":")" + layer.str() +
               R"(","size":1}]})";
    }
    oci::digest image(const std::string& layer_bytes, const oci::repository_name& name = repo) {
        layer("{}", name);
        return test::store_manifest(driver, name, image_of(layer(layer_bytes, name)));
    }
    void tag(const oci::digest& digest, const oci::tag& as = latest, const oci::repository_name& name = repo) {
        test::run(driver.put(layout::tag_index_link(name, as, digest), digest.str()));
        test::run(driver.put(layout::tag_current_link(name, as), digest.str()));
    }

    bool is_there(const storage::path& file) { return test::run(driver.stat(file)).has_value(); }
    bool has_bytes(const std::string& content) { return is_there(layout::blob_data(oci::digest::of(content))); }
    bool is_held(const oci::digest& digest, const oci::repository_name& name = repo) {
        return is_there(layout::revision_link(name, digest)) && is_there(layout::blob_data(digest));
    }
    bool said(const std::string& line) { return std::ranges::find(lines, line) != lines.end(); }
};

}  // namespace

TEST_F(garbage_collector_test, deletes_blobs_that_no_manifest_refers_to) {
    const auto kept = image("layer");
    blob("nobody's");
    layer("of a push that was given up");
    const auto counts = collect();
    EXPECT_TRUE(is_held(kept));
    EXPECT_TRUE(has_bytes("layer"));
    EXPECT_TRUE(has_bytes("{}"));
    EXPECT_FALSE(has_bytes("nobody's"));
    EXPECT_FALSE(has_bytes("of a push that was given up"));
    EXPECT_EQ(counts.marked, 3u);
    EXPECT_EQ(counts.blobs, 2u);
    EXPECT_EQ(counts.manifests, 0u);
    EXPECT_EQ(counts.bytes, std::string{"nobody'sof a push that was given up"}.size());
    EXPECT_EQ(counts.done, 2u);
}

TEST_F(garbage_collector_test, keeps_manifests_without_a_tag_unless_told_otherwise) {
    const auto untagged = image("layer");
    collect();
    EXPECT_TRUE(is_held(untagged));
    EXPECT_TRUE(has_bytes("layer"));
    collect_untagged();
    EXPECT_FALSE(is_held(untagged));
    EXPECT_FALSE(has_bytes("layer"));
}

TEST_F(garbage_collector_test, keeps_what_a_repository_has_tagged_though_another_deletes_it) {
    const auto shared = image("layer");
    image("layer", other);
    tag(shared);
    EXPECT_EQ(collect_untagged().manifests, 1u);
    EXPECT_TRUE(is_held(shared));
    EXPECT_TRUE(has_bytes("layer"));
    EXPECT_FALSE(is_there(layout::revision_link(other, shared)));
}

TEST_F(garbage_collector_test, keeps_the_children_of_a_tagged_index_however_deep) {
    const auto child = image("layer");
    const auto inner = test::store_manifest(driver, repo, test::index_of(child));
    const auto outer = test::store_manifest(driver, repo, test::index_of(inner));
    tag(outer);
    EXPECT_EQ(collect_untagged().manifests, 0u);
    for (const auto& digest : {child, inner, outer}) EXPECT_TRUE(is_held(digest));
    EXPECT_TRUE(has_bytes("layer"));
}

TEST_F(garbage_collector_test, keeps_referrers_as_long_as_their_subject) {
    const auto subject = image("layer");
    tag(subject);
    layer("{}");
    const auto sbom = test::store_manifest(driver, repo, test::artifact(subject, "a/b"));
    test::run(referrers.add(repo, subject, sbom));
    EXPECT_EQ(collect_untagged().manifests, 0u);
    EXPECT_TRUE(is_held(sbom));

    test::run(driver.remove(layout::tag(repo, latest)));
    EXPECT_EQ(collect_untagged().manifests, 2u);
    EXPECT_FALSE(is_held(sbom));
    EXPECT_FALSE(is_there(layout::referrer_link(repo, subject, sbom)));
}

TEST_F(garbage_collector_test, forgets_what_a_tag_once_meant) {
    const auto before = image("old");
    const auto now = image("new");
    tag(before);
    tag(now);
    collect_untagged();
    EXPECT_FALSE(is_held(before));
    EXPECT_FALSE(is_there(layout::tag_index_link(repo, latest, before)));
    EXPECT_TRUE(is_there(layout::tag_index_link(repo, latest, now)));
    EXPECT_TRUE(is_there(layout::tag_current_link(repo, latest)));
}

TEST_F(garbage_collector_test, keeps_the_bytes_of_a_sha512_layer_where_registry2_has_put_them) {
    const std::string bytes = "pushed by its sha512";
    const auto place = blob(bytes);
    const auto named = oci::digest::of(bytes, hash_function::sha512);
    test::run(driver.put(layout::layer_link(repo, named), place.str()));
    layer("{}");
    test::store_manifest(driver, repo, image_of(named));
    EXPECT_EQ(collect().blobs, 0u);
    EXPECT_TRUE(has_bytes(bytes));
}

TEST_F(garbage_collector_test, keeps_manifests_that_are_linked_among_the_layers) {
    layer("{}");
    const auto digest = layer(image_of(layer("layer")));
    tag(digest);
    for (const bool untagged : {false, true}) EXPECT_EQ(collect({.delete_untagged = untagged}).blobs, 0u);
    EXPECT_TRUE(has_bytes("layer"));
}

TEST_F(garbage_collector_test, deletes_nothing_in_a_dry_run_and_counts_the_same) {
    const auto untagged = image("layer");
    const auto counts = collect({.delete_untagged = true, .dry_run = true});
    EXPECT_EQ(counts.manifests, 1u);
    EXPECT_EQ(counts.blobs, 3u);
    EXPECT_EQ(counts.done, 0u);
    EXPECT_TRUE(is_held(untagged));
    EXPECT_TRUE(has_bytes("layer"));
}

TEST_F(garbage_collector_test, says_what_registry2_says) {
    const auto kept = image("layer");
    tag(kept);
    const auto untagged = image("other");
    collect_untagged();
    EXPECT_EQ(lines.front(), "team/net");
    EXPECT_TRUE(said("team/net: marking manifest " + kept.str()));
    EXPECT_TRUE(said("team/net: marking blob " + oci::digest::of("layer").str()));
    EXPECT_TRUE(said("manifest eligible for deletion: " + untagged.str()));
    EXPECT_TRUE(said("\n3 blobs marked, 2 blobs and 1 manifests eligible for deletion"));
    EXPECT_TRUE(said("blob eligible for deletion: " + oci::digest::of("other").str()));
}

TEST_F(garbage_collector_test, deletes_nothing_where_a_link_or_a_manifest_cannot_be_read) {
    const auto digest = image("layer");
    tag(digest);
    blob("nobody's");
    const std::string bytes = *test::run(driver.find(layout::blob_data(digest), 10000));
    const struct {
        storage::path file;
        std::string instead;  // empty: the file is not there
        std::string sound;
    } damages[] = {
        {layout::revision_link(repo, digest), " ", digest.str()},
        {layout::revision_link(repo, digest), oci::digest::of("{}").str(), digest.str()},
        {layout::tag_current_link(repo, latest), " ", digest.str()},
        {layout::blob_data(digest), "damaged", bytes},
        {layout::blob_data(digest), "", bytes},
    };
    for (const auto& damage : damages) {
        problems.clear();
        if (damage.instead.empty()) test::run(driver.remove(damage.file));
        if (!damage.instead.empty()) test::run(driver.put(damage.file, damage.instead));
        EXPECT_THROW(collect(), storage::error);
        ASSERT_EQ(problems.size(), 1u) << damage.file;
        EXPECT_NE(problems.front().find(damage.file), std::string::npos) << problems.front();
        EXPECT_TRUE(has_bytes("nobody's")) << damage.file;
        test::run(driver.put(damage.file, damage.sound));
    }
    EXPECT_EQ(collect().blobs, 1u);
}

TEST_F(garbage_collector_test, deletes_nothing_where_a_manifest_is_none) {
    blob("nobody's");
    test::store_manifest(driver, repo, "no JSON");
    EXPECT_THROW(collect(), storage::error);
    EXPECT_EQ(problems.size(), 1u);
    EXPECT_TRUE(has_bytes("nobody's"));
}

TEST_F(garbage_collector_test, row_47_deletes_nothing_where_there_is_no_repository) {
    blob("nobody's");
    EXPECT_THROW(collect(), storage::error);
    EXPECT_TRUE(has_bytes("nobody's"));
}

TEST_F(garbage_collector_test, passes_over_what_a_push_or_a_deletion_has_left_half_done) {
    const auto digest = image("layer");
    test::run(driver.put(layout::tag_index_link(repo, latest, digest), digest.str()));
    test::run(driver.put(layout::revision(repo, oci::digest::of("gone")) + "/left-behind", ""));
    EXPECT_EQ(collect().blobs, 0u);
    EXPECT_TRUE(is_held(digest));
}

TEST_F(garbage_collector_test, leaves_alone_what_is_no_blob) {
    image("layer");
    const storage::path strange[] = {layout::blobs() + "/sha256/ab/README/data", layout::blobs() + "/md5/ab/ab/data",
                                     layout::blob(oci::digest::of("no data")) + "/note"};
    for (const auto& file : strange) test::run(driver.put(file, "?"));
    EXPECT_EQ(collect().blobs, 0u);
    for (const auto& file : strange) EXPECT_TRUE(is_there(file)) << file;
}

TEST_F(garbage_collector_test, lets_an_index_list_what_is_elsewhere) {
    const auto index = test::store_manifest(driver, repo, test::index_of(oci::digest::of("elsewhere")));
    tag(index);
    EXPECT_EQ(collect_untagged().manifests, 0u);
    EXPECT_TRUE(is_held(index));
}

TEST_F(garbage_collector_test, leaves_what_is_young_and_what_no_run_before_has_found) {
    image("layer");
    blob("nobody's");
    using std::chrono::hours;
    using std::chrono::seconds;
    EXPECT_EQ(collect_so({}).waiting, 1u);
    EXPECT_EQ(collect_so({.grace = seconds{0}, .trash_retention = seconds{0}}).waiting, 1u);
    EXPECT_TRUE(has_bytes("nobody's"));
    test::run(driver.put(layout::unreferenced_blobs(), oci::digest::of("nobody's").str() + " " +
                                                           format_rfc3339(test::run(driver.now()) - hours{25}) + "\n"));
    EXPECT_EQ(collect_so({.grace = seconds{0}, .trash_retention = seconds{0}}).blobs, 1u);
    EXPECT_FALSE(has_bytes("nobody's"));
}

TEST_F(garbage_collector_test, keeps_a_copy_of_a_blob_for_a_time) {
    image("layer");
    const auto gone = blob("nobody's");
    using std::chrono::seconds;
    const auto counts = collect_so({.grace = seconds{0}, .quarantine = seconds{0}});
    EXPECT_EQ(counts.in_trash, 1u);
    EXPECT_FALSE(has_bytes("nobody's"));
    EXPECT_TRUE(is_there(layout::trashed_blob(gone)));
    collect();
    EXPECT_FALSE(is_there(layout::trashed_blob(gone)));
}

TEST_F(garbage_collector_test, keeps_what_a_push_that_is_under_way_names) {
    const auto kept = image("layer");
    const auto named = blob("of a push"), child = test::store_manifest(driver, other, "{\"of\":\"a push\"}");
    const push_intent intent{other, oci::digest::of("an index"), {named}, {child}};
    test::run(driver.put(layout::intent("a"), intent.to_text()));
    tag(kept);
    EXPECT_EQ(collect_untagged().manifests, 0u);
    EXPECT_TRUE(has_bytes("of a push"));
    EXPECT_TRUE(is_held(child, other));
    test::run(driver.remove(layout::intent("a")));
    EXPECT_EQ(collect_untagged().manifests, 1u);
    EXPECT_FALSE(has_bytes("of a push"));
}

TEST_F(garbage_collector_test, deletes_nothing_where_an_intent_cannot_be_read) {
    image("layer");
    blob("nobody's");
    test::run(driver.put(layout::intent("a"), "?"));
    EXPECT_THROW(collect(), storage::error);
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_NE(problems.front().find(layout::intent("a")), std::string::npos);
    EXPECT_TRUE(has_bytes("nobody's"));
}

TEST_F(garbage_collector_test, takes_marks_that_the_dead_have_left) {
    image("layer");
    const auto kept = oci::digest::of("layer"), gone = blob("nobody's");
    for (const auto& digest : {kept, gone})
        for (const auto kind : {mark::condemned, mark::doomed})
            test::run(driver.put(layout::blob(digest) + "/" + std::string{kind} + "dead", ""));
    collect();
    EXPECT_THAT(test::run(driver.list(layout::blob(kept))), testing::ElementsAre("data"));
    EXPECT_THAT(test::run(driver.list(layout::blob(gone))), testing::IsEmpty());
    EXPECT_THAT(test::run(driver.list(layout::running_collections())), testing::IsEmpty());
}

TEST_F(garbage_collector_test, takes_marks_that_the_dead_have_left_beside_a_manifest_that_goes) {
    tag(image("kept"));
    const auto untagged = image("untagged");
    for (const auto kind : {mark::condemned, mark::doomed, mark::wanted})
        test::run(driver.put(layout::revision(repo, untagged) + "/" + std::string{kind} + "dead", ""));
    std::this_thread::sleep_for(std::chrono::milliseconds{1100});  // the marks are older, to the second
    EXPECT_EQ(collect_untagged().kept, 0u);
    EXPECT_FALSE(is_held(untagged));
    EXPECT_THAT(test::run(driver.list(layout::revision(repo, untagged))), testing::IsEmpty());
}

namespace {

class too_late_is_as_good final : public storage::forwarding_driver {
public:
    too_late_is_as_good() : forwarding_driver{std::make_unique<storage::memory_driver>()} {}
    awaitable<bool> remove_until(storage::path file, wall_time) override {
        co_await remove_file(std::move(file));
        co_return true;
    }
};

}  // namespace

TEST(garbage_collector_probe, row_49_refuses_a_store_that_obeys_what_has_expired) {
    too_late_is_as_good store;
    test::run(store.put(layout::layer_link(repo, oci::digest::of("x")), oci::digest::of("x").str()));
    test::run(store.put(layout::blob_data(oci::digest::of("x")), "x"));
    garbage_collector::options how;
    how.grace = how.quarantine = how.trash_retention = std::chrono::seconds{0};
    garbage_collector collector{store, std::move(how)};
    EXPECT_THROW(test::run(collector.collect()), storage::error);
    EXPECT_TRUE(test::run(store.stat(layout::blob_data(oci::digest::of("x")))).has_value());
}

TEST_F(garbage_collector_test, stops_where_so_much_would_go_that_something_must_be_wrong) {
    image("layer");
    for (int i = 0; i < 101; ++i) blob("garbage " + std::to_string(i));
    using std::chrono::seconds;
    const garbage_collector::options how{.grace = seconds{0}, .quarantine = seconds{0}};
    EXPECT_THROW(collect_so(how), storage::error);
    EXPECT_TRUE(has_bytes("garbage 0"));
    auto forced = how;
    forced.force = true;
    EXPECT_EQ(collect_so(forced).blobs, 101u);
}

TEST_F(garbage_collector_test, stops_where_half_of_the_manifests_are_not_to_be_found) {
    image("layer");
    blob("nobody's");
    test::run(write_report(driver, {.manifests = 20}));
    EXPECT_THROW(collect(), storage::error);
    EXPECT_TRUE(has_bytes("nobody's"));
    EXPECT_EQ(collect({.force = true}).blobs, 1u);
}

TEST_F(garbage_collector_test, comes_through_more_repositories_and_manifests_than_are_read_side_by_side) {
    for (int i = 0; i < 40; ++i)
        image("layer " + std::to_string(i), *oci::repository_name::parse("r" + std::to_string(i)));
    for (int i = 0; i < 40; ++i) image("layer of one " + std::to_string(i));
    for (int i = 0; i < 1500; ++i) blob("garbage " + std::to_string(i));
    const auto counts = collect();
    EXPECT_EQ(counts.repositories, 41u);
    EXPECT_EQ(counts.blobs, 1500u);
    EXPECT_EQ(counts.done, 1500u);
    EXPECT_EQ(counts.marked, 161u);
}

}  // namespace berth::registry
