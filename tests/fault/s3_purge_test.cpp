// What S3 keeps of uploads that nobody finished, and what failing requests make of its removal.
#include "fault/s3_fixture.hpp"
#include "registry/upload_purger.hpp"

#include <algorithm>

namespace berth::registry {

namespace fault = test::fault;
namespace layout = storage::layout;
using namespace std::chrono_literals;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const std::string abandoned = "11111111-1111-4111-8111-111111111111";

class s3_purge : public storage::s3_fault_test {
protected:
    blob_store blobs{driver, nullptr};
    upload_store uploads{driver, blobs, {}};
    s3::client s3{storage::options_for(server).client};

    void begin(const storage::path& file) { loop.run(s3.create_multipart(file.substr(1))); }
    // As registry:2 leaves it when it is killed in the middle.
    void leave_upload() {
        server.put_object(layout::upload_started_at(repo, abandoned).substr(1),
                          format_rfc3339(std::chrono::system_clock::now() - 170h));
        begin(layout::upload_data(repo, abandoned));
    }
    void leave_blob_half_way() { begin(layout::blob_data(oci::digest::of("half way"))); }

    upload_purger::options week() const { return {168h, 24h, false}; }
    bool has(const storage::path& file) const { return server.find_object(file.substr(1)).has_value(); }
    std::vector<std::string> begun() const {
        std::vector<std::string> keys;
        for (const auto& [key, id] : server.open_uploads()) keys.push_back(key);
        return keys;
    }
};

}  // namespace

TEST_F(s3_purge, removes_what_registry_2_and_a_crash_have_left) {
    leave_upload();
    leave_blob_half_way();
    server.make_older(169h);
    upload_purger purger{driver, uploads, week()};
    loop.run(purger.take_turn());
    EXPECT_FALSE(has(layout::upload_started_at(repo, abandoned)));
    EXPECT_TRUE(begun().empty());
    EXPECT_EQ(purger.counted().uploads.value(), 1u);
    EXPECT_EQ(purger.counted().unfinished.value(), 2u);
}

TEST_F(s3_purge, keeps_what_is_younger) {
    leave_upload();
    leave_blob_half_way();
    server.make_older(167h);
    upload_purger purger{driver, uploads, week()};
    loop.run(purger.take_turn());
    EXPECT_TRUE(has(layout::upload_started_at(repo, abandoned))) << "its own date says that it is not old";
    EXPECT_EQ(begun().size(), 2u);
}

TEST_F(s3_purge, aborts_nothing_that_no_push_has_begun) {
    for (const char* file : {"/docker/registry/v2/backup/data", "/docker/registry/v2/blobs/sha256/ab/xyz/data",
                             "/docker/registry/v2/repositories/a/_uploads/no-uuid/data", "/elsewhere/data"})
        begin(file);
    server.make_older(1000h);
    upload_purger purger{driver, uploads, week()};
    loop.run(purger.take_turn());
    EXPECT_EQ(begun().size(), 4u);
}

TEST_F(s3_purge, leaves_uploads_of_this_process_alone) {
    auto held = loop.run(uploads.start(repo, hash_function::sha256));
    async::string_source body{storage::pattern(6 * storage::mebibyte)};
    loop.run(uploads.append(*held, body, std::nullopt));
    ASSERT_EQ(begun().size(), 1u);
    server.make_older(1000h);
    upload_purger purger{driver, uploads, {0h, 24h, false}};
    loop.run(purger.take_turn());
    EXPECT_EQ(begun().size(), 1u);
    const auto digest = oci::digest::of(storage::pattern(6 * storage::mebibyte));
    async::string_source nothing{""};
    EXPECT_TRUE(loop.run(uploads.finish(std::move(*held), digest, nothing, 0)).has_value());
}

TEST_F(s3_purge, leaves_uploads_alone_that_another_node_has_worked_on_lately) {
    leave_upload();
    server.make_older(169h);
    server.put_object(layout::upload_state(repo, abandoned, {3, 5, abandoned}).substr(1), "{}");
    upload_purger purger{driver, uploads, week()};
    loop.run(purger.take_turn());
    EXPECT_TRUE(has(layout::upload_started_at(repo, abandoned)));
    EXPECT_EQ(begun().size(), 1u);
}

TEST_F(s3_purge, lists_no_more_than_folders_uploads_and_what_is_unfinished) {
    for (const char* tag : {"1", "2", "3"})
        server.put_object(layout::tag_current_link(repo, *oci::tag::parse(tag)).substr(1), "x");
    leave_upload();
    upload_purger purger{driver, uploads, week()};
    loop.run(purger.take_turn());
    EXPECT_EQ(server.count("ListObjectsV2"), 5u) << "repositories, team, team/net, team/net/_uploads, that upload";
    EXPECT_EQ(server.count("ListMultipartUploads"), 1u);
}

TEST_F(s3_purge, removes_what_is_unfinished_also_where_a_folder_cannot_be_listed) {
    leave_blob_half_way();
    server.make_older(169h);
    server.add_fault(
        {.operation = "ListObjectsV2", .times = fault::always, .what = fault::answer{403, "AccessDenied"}});
    upload_purger purger{driver, uploads, week()};
    loop.run(purger.take_turn());
    EXPECT_TRUE(begun().empty());
    EXPECT_EQ(purger.counted().failures.value(), 1u);
}

// Whatever fails, what must stay stays, and the next look finds the rest.
TEST_F(s3_purge, goes_on_the_next_time_after_any_failing_request) {
    for (const char* operation : {"HeadObject", "PutObject", "ListObjectsV2", "GetObject", "DeleteObjects",
                                  "DeleteObject", "ListMultipartUploads", "AbortMultipartUpload"}) {
        SCOPED_TRACE(operation);
        leave_upload();
        leave_blob_half_way();
        server.make_older(169h);
        begin(layout::blob_data(oci::digest::of("young")));
        server.add_fault({.operation = operation, .times = fault::always, .what = fault::answer{403, "AccessDenied"}});
        upload_purger purger{driver, uploads, week()};
        loop.run(purger.take_turn());
        EXPECT_GE(purger.counted().failures.value(), 1u);
        EXPECT_TRUE(std::ranges::count(begun(), layout::blob_data(oci::digest::of("young")).substr(1)) == 1);
        server.clear_faults();
        server.make_older(25h);
        loop.run(purger.take_turn());
        EXPECT_FALSE(has(layout::upload_started_at(repo, abandoned)));
        EXPECT_EQ(begun().size(), 1u) << "the young one";
        for (const auto& [key, id] : server.open_uploads()) loop.run(s3.abort_multipart(key, id));
        server.make_older(25h);  // the lease
    }
}

}  // namespace berth::registry
