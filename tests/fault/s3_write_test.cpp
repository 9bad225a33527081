#include "async/task_group.hpp"
#include "fault/s3_fixture.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gmock/gmock.h>

namespace berth::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class s3_write : public s3_fault_test {
protected:
    const std::string content = pattern(12 * mebibyte + 345);  // three parts

    void expect_pushed() {
        const auto object = server.find_object("blob");
        ASSERT_TRUE(object);
        EXPECT_TRUE(object->bytes == content);
        EXPECT_THAT(server.keys(), ElementsAre("blob"));
        EXPECT_THAT(server.open_uploads(), IsEmpty());
    }

    void expect_nothing_left() {
        EXPECT_THAT(server.keys(), IsEmpty());
        EXPECT_THAT(server.open_uploads(), IsEmpty());
    }

    s3_options options_for_copies_in_parts() {
        auto options = options_for(server);
        options.write.copy = {.threshold_bytes = 6 * mebibyte,
                              .chunk_bytes = 5 * mebibyte,
                              .max_concurrency = 2,
                              .patience = std::chrono::milliseconds{1}};
        return options;
    }
    const fault::delay never{std::chrono::hours{1}};

    // Writes, and gives up where that fails, as an upload does. True when the commit succeeded.
    static awaitable<bool> try_to_push(storage::driver& to, std::string content) {
        const auto writer = co_await to.create("/staging/data");
        bool failed = false;
        try {
            co_await write_all(*writer, content);
            co_await writer->settle();
            co_await writer->commit("/blob");
        } catch (const error&) {
            failed = true;
        }
        co_await writer->clean_up();
        co_return !failed;
    }
};

TEST_F(s3_write, a_small_file_is_one_request) {
    loop.run(push_file(driver, "/blob", "small"));
    loop.run(push_file(driver, "/empty", ""));
    loop.run(push_file(driver, "/part", pattern(5 * mebibyte)));
    EXPECT_EQ(server.requests().size(), 3u);
    EXPECT_EQ(server.find_object("empty")->bytes, "");
    EXPECT_EQ(server.find_object("blob")->headers.at("content-type"), "application/octet-stream");
}

TEST_F(s3_write, row_03_a_part_that_failed_although_it_was_applied_is_sent_again) {
    server.add_fault({.operation = "UploadPart", .skip = 1, .what = fault::answer{500, "InternalError", true}});
    loop.run(push_file(driver, "/blob", content));
    expect_pushed();
    EXPECT_EQ(server.count("UploadPart"), 4u);
}

TEST_F(s3_write, a_part_that_breaks_on_its_way_is_sent_again) {
    server.add_fault({.operation = "UploadPart", .times = 2, .what = fault::broken_request{mebibyte}});
    loop.run(push_file(driver, "/blob", content));
    expect_pushed();
}

TEST_F(s3_write, a_part_that_keeps_failing_ends_the_upload_and_leaves_nothing) {
    server.add_fault({.operation = "UploadPart", .times = fault::always, .what = fault::answer{500, "InternalError"}});
    EXPECT_FALSE(loop.run(try_to_push(driver, content)));
    expect_nothing_left();
}

TEST_F(s3_write, row_10_an_error_within_a_successful_completion_is_seen) {
    server.add_fault({.operation = "CompleteMultipartUpload", .what = fault::error_in_ok{"InternalError"}});
    loop.run(push_file(driver, "/blob", content));
    expect_pushed();
    EXPECT_EQ(server.count("CompleteMultipartUpload"), 2u);

    server.remove_object("blob");
    server.add_fault({.operation = "CompleteMultipartUpload", .what = fault::error_in_ok{"InvalidPart"}});
    EXPECT_FALSE(loop.run(try_to_push(driver, content)));
    expect_nothing_left();
}

TEST_F(s3_write, an_error_within_a_successful_copy_is_seen) {
    server.add_fault({.operation = "CopyObject", .what = fault::error_in_ok{"SlowDown"}});
    loop.run(push_file(driver, "/blob", content));
    expect_pushed();
    EXPECT_EQ(server.count("CopyObject"), 2u);
}

TEST_F(s3_write, row_11_a_completion_whose_answer_was_lost_counts_as_done) {
    server.add_fault({.operation = "CompleteMultipartUpload", .what = fault::broken_answer{}});
    loop.run(push_file(driver, "/blob", content));
    expect_pushed();
    EXPECT_EQ(server.count("CompleteMultipartUpload"), 2u);
}

TEST_F(s3_write, row_12_a_completion_that_never_arrived_is_sent_again) {
    server.add_fault({.operation = "CompleteMultipartUpload", .what = fault::broken_request{1}});
    loop.run(push_file(driver, "/blob", content));
    expect_pushed();
}

// The first might take effect when the second has been answered, and nobody reckons with it any more.
TEST_F(s3_fault_test, a_removal_with_a_deadline_is_sent_once_and_waited_for) {
    for (const bool is_done : {true, false}) {
        loop.run(driver.put("/file", "x"));
        server.clear_requests();
        server.add_fault({.operation = "DeleteObject", .what = fault::answer{503, "SlowDown", is_done}});
        const wall_time now = loop.run(driver.now());
        EXPECT_EQ(loop.run(driver.remove_until("/file", now + std::chrono::seconds{1})), is_done);
        EXPECT_EQ(server.count("DeleteObject"), 1u);
        EXPECT_GT(loop.run(driver.now()), now + std::chrono::seconds{1});
    }
}

TEST_F(s3_write, an_upload_that_is_gone_is_an_error_and_no_success) {
    server.add_fault({.operation = "CompleteMultipartUpload", .what = fault::answer{404, "NoSuchUpload"}});
    EXPECT_FALSE(loop.run(try_to_push(driver, content)));
    expect_nothing_left();
}

TEST_F(s3_write, an_upload_that_is_gone_after_a_lost_answer_is_no_success_when_something_else_lies_there) {
    server.put_object("staging/data", "something else");
    server.add_fault({.operation = "CompleteMultipartUpload", .what = fault::answer{500, "InternalError"}});
    server.add_fault({.operation = "CompleteMultipartUpload", .what = fault::answer{404, "NoSuchUpload"}});
    EXPECT_FALSE(loop.run(try_to_push(driver, content)));
    EXPECT_FALSE(server.find_object("blob"));
}

TEST_F(s3_write, a_failed_copy_leaves_neither_staging_nor_target) {
    server.add_fault({.operation = "CopyObject", .times = fault::always, .what = fault::answer{403, "AccessDenied"}});
    EXPECT_FALSE(loop.run(try_to_push(driver, content)));
    expect_nothing_left();
}

TEST_F(s3_write, a_commit_succeeds_although_the_staging_stays) {
    server.add_fault({.operation = "DeleteObject", .times = fault::always, .what = fault::answer{403, "AccessDenied"}});
    loop.run(push_file(driver, "/blob", content));
    EXPECT_TRUE(server.find_object("blob")->bytes == content);
}

TEST_F(s3_write, a_large_object_is_copied_in_parts) {
    s3_driver careful{options_for_copies_in_parts()};
    server.add_fault({.operation = "CopyObject", .what = never});
    server.add_fault({.operation = "UploadPartCopy", .skip = 1, .what = fault::error_in_ok{"InternalError"}});
    loop.run(push_file(careful, "/blob", content));
    expect_pushed();
    EXPECT_EQ(server.count("UploadPartCopy"), 4u);
}

TEST_F(s3_write, a_server_that_was_slow_to_copy_is_asked_for_parts_from_then_on) {
    s3_driver careful{options_for_copies_in_parts()};
    server.add_fault({.operation = "CopyObject", .what = never});
    loop.run(push_file(careful, "/blob", content));
    loop.run(push_file(careful, "/blob", content));
    expect_pushed();
    EXPECT_EQ(server.count("UploadPartCopy"), 6u);
    loop.run(push_file(careful, "/small", content.substr(0, 5 * mebibyte + 1)));
    EXPECT_TRUE(server.find_object("small")) << "below the threshold one copy does it, however long it takes";
    EXPECT_EQ(server.count("UploadPartCopy"), 6u);
}

TEST_F(s3_write, a_large_object_is_copied_at_once_where_the_server_is_quick) {
    auto options = options_for_copies_in_parts();
    options.write.copy.patience = std::chrono::minutes{1};
    s3_driver trusting{options};
    loop.run(push_file(trusting, "/blob", content));
    expect_pushed();
    EXPECT_EQ(server.count("CopyObject"), 1u);
    EXPECT_EQ(server.count("UploadPartCopy"), 0u);
}

TEST_F(s3_write, a_copy_in_parts_that_fails_is_aborted) {
    s3_driver careful{options_for_copies_in_parts()};
    server.add_fault({.operation = "CopyObject", .what = never});
    server.add_fault({.operation = "UploadPartCopy", .skip = 2, .what = fault::answer{403, "AccessDenied"}});
    EXPECT_FALSE(loop.run(try_to_push(careful, content)));
    expect_nothing_left();
}

TEST_F(s3_write, a_copy_in_parts_that_is_cancelled_is_aborted) {
    s3_driver careful{options_for_copies_in_parts()};
    server.add_fault({.operation = "CopyObject", .what = never});
    // As the registry does it: whatever ends a commit, the writer is told to clean up.
    auto push = [](s3_driver& to, const std::string& bytes) -> awaitable<void> {
        const auto writer = co_await to.create("/staging/data");
        co_await write_all(*writer, bytes);
        try {
            co_await writer->commit("/blob");
        } catch (const std::exception&) {
        }
        co_await asio::this_coro::throw_if_cancelled(false);
        co_await writer->clean_up();
    };
    auto cancel_amid = [&push](s3_driver& to, test::fake_s3& at, const std::string& bytes) -> awaitable<void> {
        async::task_group group;
        group.spawn(co_await asio::this_coro::executor, push(to, bytes));
        asio::steady_timer timer{co_await asio::this_coro::executor};
        while (at.count("UploadPartCopy") == 0) {
            timer.expires_after(std::chrono::milliseconds{1});
            co_await timer.async_wait(asio::use_awaitable);
        }
        group.cancel();
        EXPECT_TRUE(co_await group.wait(std::chrono::seconds{30}));
    };
    const auto slowly = fault::delay{std::chrono::milliseconds{300}};
    server.add_fault({.operation = "UploadPartCopy", .skip = 1, .times = fault::always, .what = slowly});
    loop.run(cancel_amid(careful, server, content));
    expect_nothing_left();
}

TEST_F(s3_write, may_go_on_from_another_strand_after_settling) {
    std::unique_ptr<writer> writer = loop.run(driver.create("/staging/data"));
    const std::string first = content.substr(0, 6 * mebibyte);
    const std::string second = content.substr(6 * mebibyte);
    loop.run(write_all(*writer,
                       first));  // the loop runs until nothing is in flight, on a strand of its own each time
    loop.run(writer->settle());
    loop.run(write_all(*writer, second));
    loop.run(writer->settle());
    loop.run(writer->commit("/blob"));
    loop.run(writer->clean_up());
    expect_pushed();
}

TEST_F(s3_write, may_be_destroyed_while_parts_are_in_flight) {
    auto abandon = [](s3_driver& to, const std::string& bytes) -> awaitable<void> {
        const auto writer = co_await to.create("/staging/data");
        co_await write_all(*writer, bytes);
    };
    server.add_fault({.operation = "UploadPart", .what = fault::delay{std::chrono::milliseconds{50}}});
    loop.run(abandon(driver, content));
    EXPECT_EQ(server.open_uploads().size(), 1u);
}

TEST_F(s3_write, many_writers_at_once_all_get_through) {
    const std::string small = pattern(6 * mebibyte + 1);
    auto many = [](s3_driver& to, const std::string& bytes) -> awaitable<void> {
        std::vector<std::unique_ptr<writer>> writers;
        for (int i = 0; i < 8; ++i) {
            auto writer = co_await to.create("/staging/" + std::to_string(i));
            writers.push_back(std::move(writer));
        }
        for (const auto& writer : writers) co_await write_all(*writer, bytes);
        for (int i = 0; i < 8; ++i) co_await writers[i]->commit("/blob" + std::to_string(i));
    };
    loop.run(many(driver, small));
    for (int i = 0; i < 8; ++i) EXPECT_TRUE(server.find_object("blob" + std::to_string(i))->bytes == small);
}

TEST_F(s3_write, encryption_and_class_go_with_every_object_that_is_made) {
    auto options = options_for(server);
    options.client.sse = s3::encryption::kms;
    options.client.kms_key_id = "key-1";
    options.client.storage_class = "STANDARD_IA";
    s3_driver encrypting{options};
    loop.run(push_file(encrypting, "/blob", content));
    loop.run(encrypting.put("/link", "x"));
    for (const char* key : {"blob", "link"}) {
        const auto headers = server.find_object(key)->headers;
        EXPECT_EQ(headers.at("x-amz-server-side-encryption"), "aws:kms") << key;
        EXPECT_EQ(headers.at("x-amz-server-side-encryption-aws-kms-key-id"), "key-1") << key;
        EXPECT_EQ(headers.at("x-amz-storage-class"), "STANDARD_IA") << key;
    }
}

}  // namespace
}  // namespace berth::storage
