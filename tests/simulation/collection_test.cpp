// Collections of garbage beside pushes: whatever the order of events, and whoever dies, what a manifest that is visible
// refers to is there. And each rule that sees to that is needed: without it the same search finds what goes wrong.
#include "base/log.hpp"
#include "oci/manifest.hpp"
#include "registry/garbage_collector.hpp"
#include "registry/manifest_store.hpp"
#include "registry/upload_store.hpp"
#include "simulation/search.hpp"

#include <gtest/gtest.h>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::repository_name other = *oci::repository_name::parse("other");
const oci::tag latest = *oci::tag::parse("latest");

/// An image of one layer; its config is "{}".
struct image {
    std::string layer;

    std::string manifest() const {
        const auto blob = [](const std::string& bytes) {
            return R"("digest":")" + oci::digest::of(bytes).str() + R"(","size":)" + std::to_string(bytes.size());
        };
        return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"c",)" +
               blob("{}") + R"(},"layers":[{"mediaType":"l",)" + blob(layer) + "}]}";
    }
    oci::digest digest() const { return oci::digest::of(manifest()); }
    std::vector<oci::digest> needs() const { return {digest(), oci::digest::of(layer), oci::digest::of("{}")}; }
};

/// What one berth is made of, as far as it writes.
struct node {
    node(storage::driver& to, push_guards guards)
        : driver{to},
          blobs{driver, nullptr},
          tags{driver},
          referrers{driver},
          uploads{driver, blobs, {.guards = guards}},
          manifests{driver, blobs, tags, referrers, {.guards = guards}} {}

    storage::driver& driver;
    blob_store blobs;
    tag_store tags;
    referrer_store referrers;
    upload_store uploads;
    manifest_store manifests;
};

/// Who takes part, and what is left out.
struct setting {
    int collectors = 1;
    int writers = 1;
    bool with_trash = false;
    bool delete_untagged = false;  ///< What is pushed has been there, without a tag.
    bool may_crash = true;
    bool may_jump = false;
    push_guards pushing{};
    collection_guards collecting{};
};

class world {
public:
    world(const setting& how, std::uint64_t seed)
        : world{how, {.seed = seed, .may_crash = how.may_crash, .may_jump = how.may_jump}} {}
    world(const setting& how, test::plan planned) : world{how, {.planned = std::move(planned)}} {}

    /// What is wrong, if anything, and how it came about.
    std::optional<std::string> play() {
        auto wrong = sim_.run([this] { return look(); });
        if (!wrong && !is_quiet()) wrong = "marks or intents are left, and nobody has died";
        if (!wrong) return std::nullopt;
        return *wrong + "\n" + sim_.course();
    }

    /// Of a planned course that was played.
    const std::vector<test::simulation::choice>& choices() const { return sim_.choices(); }

private:
    world(const setting& how, test::simulation::options options) : how_{how}, sim_{std::move(options)} {
        lay_out(other, kept_, true);
        // What is pushed has its bytes in the store already, and nothing refers to them: the garbage of an image that
        // was deleted, or that has lost its tag.
        lay_out(repo, pushed_, how.delete_untagged);
        for (int i = 0; i < how.collectors; ++i) start_collector();
        for (int i = 0; i < how.writers; ++i) start_writer();
    }

    void lay_out(const oci::repository_name& name, const image& what, bool with_manifest) {
        for (const std::string& bytes : {std::string{"{}"}, what.layer}) {
            sim_.put(layout::blob_data(oci::digest::of(bytes)), bytes);
            sim_.put(layout::layer_link(name, oci::digest::of(bytes)), oci::digest::of(bytes).str());
        }
        if (!with_manifest) return;
        sim_.put(layout::blob_data(what.digest()), what.manifest());
        sim_.put(layout::revision_link(name, what.digest()), what.digest().str());
        if (name == other) sim_.put(layout::tag_current_link(name, latest), what.digest().str());
    }

    void start_collector() {
        garbage_collector::options options{.delete_untagged = how_.delete_untagged};
        options.grace = options.quarantine = std::chrono::seconds{0};
        options.trash_retention = how_.with_trash ? std::chrono::hours{1} : std::chrono::hours{0};
        options.guards = how_.collecting;
        auto& process = sim_.add_process();
        collectors_.push_back(std::make_unique<garbage_collector>(process, std::move(options)));
        sim_.start(process, collect(*collectors_.back()));
    }
    static awaitable<void> collect(garbage_collector& with) { co_await with.collect(); }

    void start_writer() {
        auto& process = sim_.add_process();
        nodes_.push_back(std::make_unique<node>(process, how_.pushing));
        sim_.start(process, push(*nodes_.back()));
    }
    // As clients do: what is there is not sent again, and a refused manifest means to begin anew.
    awaitable<void> push(node& through) {
        for (int attempt = 0; attempt < 2; ++attempt) {
            co_await push_blob(through, "{}");
            co_await push_blob(through, pushed_.layer);
            manifest_store::put_request request{pushed_.manifest(), {}, pushed_.digest(), {latest}};
            const auto stored = co_await through.manifests.put(repo, std::move(request));
            if (!stored) continue;
            is_pushed_ = true;
            co_return;
        }
    }
    static awaitable<void> push_blob(node& through, std::string bytes) {
        const auto digest = oci::digest::of(bytes);
        const auto there = co_await through.blobs.stat(repo, digest);
        if (there) co_return;
        const std::size_t size_bytes = bytes.size();
        auto upload = co_await through.uploads.start_whole(repo, digest.algorithm());
        async::string_source body{std::move(bytes)};
        co_await through.uploads.finish(std::move(*upload), digest, body, size_bytes);
    }

    // The promise.
    std::optional<std::string> look() const {
        for (const auto& [name, what] : {std::pair{other, kept_}, std::pair{repo, pushed_}}) {
            const bool is_visible = sim_.has(layout::revision_link(name, what.digest()));
            for (const oci::digest& needed : what.needs())
                if (is_visible && !sim_.has(layout::blob_data(needed)))
                    return name.str() + " shows a manifest, and " + needed.str() + " is gone";
        }
        if (sim_.has(layout::tag_current_link(repo, latest)) &&
            !sim_.has(layout::revision_link(repo, pushed_.digest())))
            return std::string{"a tag names a manifest that is not there"};
        if (is_pushed_ && !sim_.has(layout::tag_current_link(repo, latest)))
            return std::string{"a push was acknowledged, and its tag is not there"};
        return std::nullopt;
    }

    bool is_quiet() const {
        if (how_.may_crash || how_.may_jump) return true;
        for (const storage::path& file : sim_.files())
            if (file.find("/gc-cond-") != file.npos || file.find("/gc-del-") != file.npos ||
                file.find("/intents/") != file.npos || file.find("/running/") != file.npos)
                return false;
        return true;
    }

    const setting how_;
    const image kept_{"a layer that is needed"}, pushed_{"a layer"};
    bool is_pushed_ = false;
    // These outlive the coroutines that use them, which the simulation holds.
    std::vector<std::unique_ptr<garbage_collector>> collectors_;
    std::vector<std::unique_ptr<node>> nodes_;
    test::simulation sim_;
};

test::search_result by_chance(const setting& how, std::uint64_t courses) {
    return test::search_by_chance<world>(how, courses);
}

test::search_result in_depth(const setting& how, std::size_t changes) {
    return test::search_in_depth<world>(how, {.processes = static_cast<std::size_t>(how.collectors + how.writers),
                                              .changes = changes,
                                              .may_crash = how.may_crash,
                                              .may_jump = how.may_jump});
}

constexpr std::uint64_t some = 300;     // each of a sound protocol costs time
constexpr std::uint64_t many = 30'000;  // until something is found

class collection : public testing::Test {
protected:
    collection() { log::set_threshold(log::level::error); }

    static void expect_sound(const setting& how) {
        const auto result = by_chance(how, some);
        EXPECT_FALSE(result.wrong) << *result.wrong;
    }
    static void expect_sound_in_depth(const setting& how, std::size_t changes) {
        const auto result = in_depth(how, changes);
        EXPECT_FALSE(result.wrong) << *result.wrong;
        std::printf("%zu courses\n", result.courses);
    }
    // First where it is found soonest.
    static void expect_violation(const setting& how) {
        auto wrong = in_depth(how, 1).wrong;
        if (!wrong) wrong = by_chance(how, many).wrong;
        ASSERT_TRUE(wrong) << "nothing was found";
        EXPECT_NE(wrong->find("is gone"), std::string::npos) << *wrong;
        std::printf("%s\n", wrong->substr(0, wrong->find('\n')).c_str());
    }
};

/// These take thousands of courses, whose code the shorter ones run as well: no use to a sanitizer, whose presets leave
/// them out by this name.
using long_collection = collection;

TEST_F(collection, is_safe_beside_a_push) {
    for (const bool trash : {false, true})
        for (const bool untagged : {false, true}) expect_sound({.with_trash = trash, .delete_untagged = untagged});
}

TEST_F(collection, is_safe_in_all_courses_with_one_change) {
    for (const bool trash : {false, true})
        for (const bool untagged : {false, true})
            expect_sound_in_depth({.with_trash = trash, .delete_untagged = untagged, .may_jump = true}, 1);
    expect_sound_in_depth({.collectors = 2, .may_jump = true}, 1);
    expect_sound_in_depth({.writers = 2}, 1);
}

TEST_F(long_collection, is_safe_in_all_courses_with_two_changes) {
    expect_sound_in_depth({}, 2);
    expect_sound_in_depth({.with_trash = true}, 2);
}

TEST_F(long_collection, of_what_lost_its_tag_is_safe_in_all_courses_with_two_changes) {
    expect_sound_in_depth({.with_trash = true, .delete_untagged = true}, 2);
}

TEST_F(collection, is_safe_beside_another_one_and_two_pushes) {
    for (const bool untagged : {false, true})
        expect_sound({.collectors = 2, .writers = 2, .with_trash = true, .delete_untagged = untagged});
}

TEST_F(collection, is_safe_when_it_is_stopped_for_longer_than_others_wait_for_it) {
    for (const bool untagged : {false, true})
        expect_sound({.collectors = 2, .delete_untagged = untagged, .may_jump = true});
}

TEST_F(collection, leaves_no_mark_when_nobody_dies) {
    expect_sound({.collectors = 2, .writers = 2, .may_crash = false});
}

TEST_F(collection, needs_the_intents_of_pushes) {
    expect_violation({.pushing = {.declare_intents = false}});
}

TEST_F(collection, needs_pushes_that_leave_word_of_what_they_count_on) {
    expect_violation({.pushing = {.leave_marks = false}});
}

TEST_F(collection, needs_pushes_that_wait_for_removals_under_way) {
    expect_violation({.pushing = {.wait_for_removals = false}});
}

TEST_F(collection, needs_word_of_what_may_go_before_references_are_looked_for_again) {
    expect_violation({.collecting = {.condemn = false}});
}

TEST_F(long_collection, needs_to_read_intents_before_links) {
    expect_violation({.collecting = {.read_intents_first = false}});
}

TEST_F(collection, needs_to_look_for_those_who_count_on_it_once_more) {
    expect_violation({.collecting = {.look_for_wanted = false}});
}

TEST_F(collection, needs_a_store_that_refuses_late_removals) {
    expect_violation({.collecting = {.fence = false}});
}

TEST_F(collection, needs_to_leave_the_marks_of_writers_while_others_collect) {
    expect_violation({.collectors = 2, .collecting = {.keep_wanted_marks = false}});
}

TEST_F(long_collection, needs_to_end_when_others_have_given_it_up) {
    expect_violation({.collectors = 2, .may_jump = true, .collecting = {.end_when_given_up = false}});
}

}  // namespace
}  // namespace berth::registry
