#include "registry/fsck.hpp"

#include "storage/memory/memory_driver.hpp"
#include "support/artifact.hpp"

#include <gmock/gmock.h>

namespace berth::registry {

namespace layout = storage::layout;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::tag latest = *oci::tag::parse("latest");

class fsck_test : public testing::Test {
protected:
    storage::memory_driver driver;
    std::vector<fsck::finding> findings;
    std::vector<storage::path> unknown;
    const oci::digest layer = oci::digest::of("layer"), config = oci::digest::of("{}");
    oci::digest image = layer;

    void SetUp() override {
        for (const char* bytes : {"layer", "{}"}) {
            put(layout::blob_data(oci::digest::of(bytes)), bytes);
            link(layout::layer_link(repo, oci::digest::of(bytes)), oci::digest::of(bytes));
        }
        image = test::store_manifest(
            driver, repo,
            R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"c","digest":")" +
                config.str() + R"(","size":2},"layers":[{"mediaType":"l","digest":")" + layer.str() +
                R"(","size":5}]})");
        link(layout::tag_index_link(repo, latest, image), image);
        link(layout::tag_current_link(repo, latest), image);
    }

    void put(const storage::path& file, const std::string& content) { test::run(driver.put(file, content)); }
    void link(const storage::path& file, const oci::digest& to) { put(file, to.str()); }
    // From within a check.
    void lay_down(const storage::path& file, const std::string& content) {
        asio::io_context own;
        asio::co_spawn(own, driver.put(file, content), asio::detached);
        own.run();
    }
    void remove(const storage::path& file) { test::run(driver.remove(file)); }
    bool has(const storage::path& file) { return test::run(driver.stat(file)).has_value(); }

    fsck::counts check(fsck::options how = {}) {
        findings.clear();
        unknown.clear();
        how.on_finding = [this](const fsck::finding& one) { findings.push_back(one); };
        how.on_unknown = [this](const storage::path& file) { unknown.push_back(file); };
        fsck all{driver, std::move(how)};
        return test::run(all.check());
    }
    // The kinds of what is found.
    std::vector<std::string> found(fsck::options how = {}) {
        check(std::move(how));
        std::vector<std::string> kinds;
        for (const auto& one : findings) kinds.push_back(one.kind);
        return kinds;
    }
    // Finds it, repairs it, and finds nothing more.
    void expect_repaired(const std::string& kind, const storage::path& where) {
        ASSERT_THAT(found(), ElementsAre(kind));
        EXPECT_EQ(findings.front().where, where);
        EXPECT_FALSE(findings.front().is_repaired);
        ASSERT_THAT(found({.repair = true}), ElementsAre(kind));
        EXPECT_TRUE(findings.front().is_repaired) << findings.front().text;
        EXPECT_THAT(found({.deep = true}), IsEmpty());
    }
    void expect_beyond_repair(const std::string& kind, const storage::path& where, fsck::options how = {}) {
        how.repair = true;
        ASSERT_THAT(found(std::move(how)), ElementsAre(kind));
        EXPECT_EQ(findings.front().where, where);
        EXPECT_FALSE(findings.front().is_repaired);
    }
};

TEST_F(fsck_test, finds_nothing_in_what_a_registry_has_written) {
    put(layout::blob_data(oci::digest::of("nobody's")), "nobody's");
    put(layout::upload_data(repo, "a"), "bytes");
    put(layout::trashed_blob(oci::digest::of("trash")), "trash");
    put(layout::blob(layer) + "/gc-cond-a", "");
    link(layout::layer_link(repo, oci::digest::of("collected")), oci::digest::of("collected"));
    const auto counts = check({.deep = true});
    EXPECT_THAT(findings, IsEmpty());
    EXPECT_THAT(unknown, IsEmpty());
    EXPECT_EQ(counts.repositories, 1u);
    EXPECT_EQ(counts.manifests, 1u);
    EXPECT_EQ(counts.tags, 1u);
    EXPECT_EQ(counts.blobs, 4u);
    EXPECT_EQ(counts.unreferenced, 1u);
    EXPECT_EQ(counts.unreferenced_bytes, 8u);
    EXPECT_EQ(counts.uploads, 1u);
    EXPECT_EQ(counts.in_trash, 1u);
    EXPECT_EQ(counts.hashed_bytes, counts.bytes);
}

TEST_F(fsck_test, keeps_repositories_below_others_apart) {
    const auto below = *oci::repository_name::parse("team/net/0");
    test::store_manifest(driver, below, test::artifact(image, "a/b"));
    ASSERT_THAT(found(), ElementsAre("missing-link"));
    EXPECT_EQ(findings.front().where, layout::layer_link(below, config));
}

TEST_F(fsck_test, names_a_blob_that_is_needed_and_gone) {
    remove(layout::blob_data(layer));
    expect_beyond_repair("missing-blob", layout::blob_data(layer));
    EXPECT_NE(findings.front().text.find(image.str()), std::string::npos);
}

TEST_F(fsck_test, brings_a_blob_back_from_the_trash) {
    remove(layout::blob_data(layer));
    put(layout::trashed_blob(layer), "layer");
    expect_repaired("missing-blob", layout::blob_data(layer));
}

TEST_F(fsck_test, links_a_layer_anew) {
    remove(layout::layer_link(repo, layer));
    expect_repaired("missing-link", layout::layer_link(repo, layer));
}

TEST_F(fsck_test, names_a_blob_of_another_size) {
    put(layout::blob_data(layer), "layers");
    expect_beyond_repair("wrong-size", layout::blob_data(layer));
}

TEST_F(fsck_test, names_a_blob_of_other_bytes_when_it_looks_deep) {
    put(layout::blob_data(layer), "reyal");
    EXPECT_THAT(found(), IsEmpty());
    expect_beyond_repair("damaged-blob", layout::blob_data(layer), {.deep = true});
}

TEST_F(fsck_test, names_manifests_that_are_gone_or_damaged) {
    const auto bytes = *test::run(driver.find(layout::blob_data(image), 10'000));
    put(layout::blob_data(image), "?");
    expect_beyond_repair("damaged-manifest", layout::blob_data(image));
    remove(layout::blob_data(image));
    expect_beyond_repair("missing-manifest", layout::blob_data(image));
    put(layout::trashed_blob(image), bytes);
    expect_repaired("missing-manifest", layout::blob_data(image));
}

TEST_F(fsck_test, writes_links_that_hold_something_else) {
    for (const char* content : {"", "?", " sha256:0 "}) {
        put(layout::revision_link(repo, image), content);
        expect_repaired("damaged-link", layout::revision_link(repo, image));
        put(layout::layer_link(repo, layer), content);
        expect_repaired("damaged-link", layout::layer_link(repo, layer));
    }
    put(layout::layer_link(repo, layer), std::string(1'000'000, 'x'));
    expect_repaired("damaged-link", layout::layer_link(repo, layer));
    link(layout::layer_link(repo, layer), config);
    EXPECT_THAT(found(), IsEmpty());  // of the right size
    EXPECT_THAT(found({.deep = true}), ElementsAre("damaged-link"));
}

TEST_F(fsck_test, names_tags_that_lead_nowhere) {
    put(layout::tag_current_link(repo, latest), "");
    expect_beyond_repair("damaged-tag", layout::tag_current_link(repo, latest));
    link(layout::tag_current_link(repo, latest), oci::digest::of("gone"));
    expect_beyond_repair("broken-tag", layout::tag_current_link(repo, latest));
}

TEST_F(fsck_test, links_a_manifest_that_a_tag_names_anew) {
    remove(layout::revision_link(repo, image));
    expect_repaired("broken-tag", layout::tag_current_link(repo, latest));
    EXPECT_TRUE(has(layout::revision_link(repo, image)));
}

TEST_F(fsck_test, lists_what_is_not_a_registrys) {
    put(layout::blobs() + "/README", "?");
    put(layout::repositories() + "/team/notes", "?");
    put(layout::repository(repo) + "/_layers/notes", "?");
    EXPECT_EQ(check().unknown, 3u);
    EXPECT_THAT(findings, IsEmpty());
}

TEST_F(fsck_test, does_not_take_what_is_half_done_for_damage) {
    remove(layout::blob_data(layer));
    std::string bytes = "layer";
    fsck::options how;
    // The push comes to its end while the rest is looked at.
    how.on_progress = [&](const fsck::counts& counts) {
        if (counts.repositories == 1 && !bytes.empty()) lay_down(layout::blob_data(layer), std::exchange(bytes, ""));
    };
    EXPECT_THAT(found(std::move(how)), IsEmpty());
}

}  // namespace
}  // namespace berth::registry
