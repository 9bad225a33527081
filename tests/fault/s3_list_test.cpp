#include "fault/s3_fixture.hpp"

#include <gmock/gmock.h>

namespace berth::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

test::fake_s3::options pages_of_two() {
    test::fake_s3::options settings;
    settings.page_size = 2;
    return settings;
}

class s3_list : public testing::Test {
protected:
    test::fake_s3 server{pages_of_two()};
    event_loop loop;
    s3_driver driver{options_for(server)};
};

TEST_F(s3_list, goes_through_all_pages) {
    for (const char* key : {"d/a", "d/a-b", "d/a/x", "d/ab", "d/c/x", "d/c/y", "d/e", "other"})
        server.put_object(key, "x");
    EXPECT_THAT(loop.run(driver.list("/d")), ElementsAre("a", "a-b", "ab", "c", "e"));
    EXPECT_THAT(loop.run(driver.list("/nothing")), IsEmpty());
}

TEST_F(s3_list, leaves_out_the_key_that_stands_for_the_folder_itself) {
    server.put_object("d/", "");
    server.put_object("d/a", "x");
    EXPECT_THAT(loop.run(driver.list("/d")), ElementsAre("a"));
}

TEST_F(s3_list, is_what_a_removal_removes_and_no_more) {
    for (const char* key : {"d/a", "d/a/1", "d/a/2", "d/a/3/4", "d/a/5", "d/ab", "d/a-b"}) server.put_object(key, "x");
    loop.run(driver.remove("/d/a"));
    EXPECT_THAT(server.keys(), ElementsAre("d/a-b", "d/ab"));
    loop.run(driver.remove("/d/a"));
}

TEST_F(s3_list, of_a_server_without_batch_deletion_is_removed_one_by_one) {
    for (const char* key : {"d/1", "d/2", "d/3"}) server.put_object(key, "x");
    server.add_fault(
        {.operation = "DeleteObjects", .times = fault::always, .what = fault::answer{501, "NotImplemented"}});
    loop.run(driver.remove("/d"));
    EXPECT_THAT(server.keys(), IsEmpty());
}

TEST_F(s3_list, of_open_uploads_goes_through_all_pages) {
    s3::client client{options_for(server).client};
    for (const char* key : {"u/1", "u/1", "u/2", "u/3", "v/4"}) loop.run(client.create_multipart(key));
    EXPECT_EQ(loop.run(client.list_multiparts("u/")).size(), 4u);
}

TEST(s3_root_directory, stands_before_every_key) {
    test::fake_s3 server;
    event_loop loop;
    for (const char* root : {"pre/fix", "/pre/fix", "pre/fix/", "//pre/fix//"}) {
        auto options = options_for(server);
        options.root_directory = root;
        EXPECT_EQ(s3_driver{options}.key("/docker/x"), "pre/fix/docker/x") << root;
    }
    for (const char* root : {"", "/"}) {
        auto options = options_for(server);
        options.root_directory = root;
        EXPECT_EQ(s3_driver{options}.key("/docker/x"), "docker/x") << root;
    }
}

}  // namespace
}  // namespace berth::storage
