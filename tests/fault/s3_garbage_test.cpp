// Whoever deletes what nobody refers to must have seen all who may: a failure of S3 deletes nothing that is needed.
#include "fault/s3_fixture.hpp"
#include "registry/garbage_collector.hpp"
#include "support/artifact.hpp"

#include <algorithm>
#include <set>

namespace berth::registry {

namespace fault = test::fault;
namespace layout = storage::layout;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::tag latest = *oci::tag::parse("latest");

class s3_garbage : public storage::s3_fault_test {
protected:
    std::set<std::string> needed;  // keys

    // Writes a file past the driver under test.
    void store(const storage::path& file, const std::string& content, bool is_needed) {
        server.put_object(file.substr(1), content);
        if (is_needed) needed.insert(file.substr(1));
    }
    oci::digest store_manifest(const std::string& bytes, bool is_needed) {
        const auto digest = oci::digest::of(bytes);
        store(layout::blob_data(digest), bytes, is_needed);
        store(layout::revision_link(repo, digest), digest.str(), is_needed);
        return digest;
    }
    void fill() {
        store(layout::blob_data(oci::digest::of("{}")), "{}", true);
        store(layout::layer_link(repo, oci::digest::of("{}")), oci::digest::of("{}").str(), true);
        const auto child = store_manifest(test::artifact(oci::digest::of("nothing"), "a/child"), true);
        const auto index = store_manifest(test::index_of(child), true);
        store_manifest(test::artifact(index, "a/signature"), true);
        const auto untagged = store_manifest(test::artifact(oci::digest::of("nothing"), "a/untagged"), false);
        store(layout::tag_index_link(repo, latest, untagged), untagged.str(), false);
        store(layout::tag_index_link(repo, latest, index), index.str(), true);
        store(layout::tag_current_link(repo, latest), index.str(), true);
        store(layout::blob_data(oci::digest::of("nobody's")), "nobody's", false);
    }
    garbage_collector::counts collect(bool dry_run = false) {
        garbage_collector::options how{.delete_untagged = true, .dry_run = dry_run};
        how.grace = how.quarantine = how.trash_retention = std::chrono::seconds{0};
        garbage_collector collector{driver, std::move(how)};
        return loop.run(collector.collect());
    }
    bool all_needed_are_there() const {
        return std::ranges::all_of(needed, [&](const std::string& key) { return server.find_object(key).has_value(); });
    }
    // What registry:2 sees of the bucket.
    std::set<std::string> keys_of_others() const {
        std::set<std::string> all;
        for (const std::string& key : server.keys())
            if (key.find("/gc-") == key.npos && key.find("/_berth/") == key.npos) all.insert(key);
        return all;
    }
    std::size_t deletions() const { return server.count("DeleteObjects") + server.count("DeleteObject"); }
};

}  // namespace

TEST(s3_garbage_by_another_clock, row_30_goes_by_the_stores_time_whatever_that_is) {
    for (const auto ahead : {std::chrono::minutes{10}, std::chrono::minutes{-10}}) {
        test::fake_s3 server{{.clock_offset = ahead}};
        storage::event_loop loop;
        storage::s3_driver driver{storage::options_for(server)};
        const auto garbage = layout::blob_data(oci::digest::of("nobody's")).substr(1);
        loop.run(driver.put(layout::layer_link(repo, oci::digest::of("nobody's")), oci::digest::of("nobody's").str()));
        loop.run(driver.put("/" + garbage, "nobody's"));
        const auto collect = [&](std::chrono::seconds grace) {
            garbage_collector collector{driver, {.grace = grace, .quarantine = {}, .trash_retention = {}}};
            loop.run(collector.collect());
        };
        server.make_older(std::chrono::minutes{50});
        collect(std::chrono::hours{1});
        EXPECT_TRUE(server.find_object(garbage)) << "it is younger by the store's clock";
        server.make_older(std::chrono::minutes{20});
        collect(std::chrono::hours{1});
        EXPECT_FALSE(server.find_object(garbage)) << "its removal is signed for the store's time " << ahead.count();
    }
}

TEST_F(s3_garbage, row_45_no_failing_request_makes_it_delete_what_is_needed) {
    fill();
    const auto before = keys_of_others();
    for (const char* operation : {"ListObjectsV2", "GetObject", "HeadObject", "DeleteObjects", "DeleteObject"}) {
        fail_from_each(operation, [&] {
            server.clear_requests();
            bool came_to_its_end = false;
            try {
                collect();
                came_to_its_end = true;
            } catch (const storage::error&) {
                if (deletions() == 0) {
                    EXPECT_EQ(keys_of_others(), before);
                }
            }
            EXPECT_TRUE(all_needed_are_there());
            if (!came_to_its_end) fill();
            return came_to_its_end;
        });
        EXPECT_EQ(keys_of_others(), needed) << "the garbage is gone";
        fill();
    }
}

TEST_F(s3_garbage, asks_for_two_objects_for_each_manifest_and_one_for_each_tag) {
    fill();
    collect(true);
    constexpr std::size_t manifests = 4, tags = 1, last_report = 1;
    EXPECT_EQ(server.count("GetObject"), 2 * manifests + tags + last_report);
}

}  // namespace berth::registry
