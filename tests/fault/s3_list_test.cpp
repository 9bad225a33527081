#include "fault/s3_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>

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

TEST_F(s3_list, lists_files_over_all_pages_and_passes_over_folders_that_tools_make) {
    for (const char* key : {"d/", "d/a", "d/b/", "d/b/x", "d/c/", "d/d/", "d/e", "other"}) server.put_object(key, "x");
    const auto page = loop.run(driver.list_files("/d", "", 100));
    std::vector<std::string> found;
    for (const auto& one : page.files) found.push_back(one.file);
    EXPECT_THAT(found, ElementsAre("/d/a", "/d/b/x", "/d/e"));
    EXPECT_FALSE(page.more);
}

TEST_F(s3_list, leaves_out_the_key_that_stands_for_the_folder_itself) {
    server.put_object("d/", "");
    server.put_object("d/a", "x");
    EXPECT_THAT(loop.run(driver.list("/d")), ElementsAre("a"));
}

TEST_F(s3_list, gives_the_same_pages_whatever_the_order_of_keys) {
    // Names of few characters begin each other often, and '-' and '.' sort below the '/' of a directory's key.
    std::minstd_rand random{7};
    std::set<std::string> names;
    while (names.size() < 60) {
        std::string name;
        for (auto left = 1 + random() % 5; left != 0; --left) name += "a-.0z"[random() % 5];
        names.insert(name);
        if (random() % 4 == 0)
            server.put_object("d/" + name, "a file");
        else
            server.put_object("d/" + name + "/x", "in a directory");
    }
    const std::vector<std::string> all(names.begin(), names.end());
    for (std::size_t first = 0; first <= all.size(); ++first)
        for (std::size_t limit = 1; limit <= 4; ++limit) {
            const auto page = loop.run(driver.list_page("/d", first == 0 ? "" : all[first - 1], limit));
            const auto end = std::min(first + limit, all.size());
            EXPECT_EQ(page.names, std::vector(all.begin() + static_cast<std::ptrdiff_t>(first),
                                              all.begin() + static_cast<std::ptrdiff_t>(end)));
            EXPECT_EQ(page.more, end < all.size());
        }
    EXPECT_EQ(loop.run(driver.list("/d")), all);
}

TEST_F(s3_fault_test, a_page_of_a_listing_asks_for_little_more_than_it_gives) {
    for (int i = 1000; i < 2000; ++i) server.put_object("d/" + std::to_string(i) + "/x", "x");
    EXPECT_EQ(loop.run(driver.list_page("/d", "1499", 100)).names.front(), "1500");
    ASSERT_EQ(server.requests().size(), 1u);
    const auto asked = server.requests().front().query;
    EXPECT_EQ(asked.at("prefix"), "d/");
    EXPECT_EQ(asked.at("start-after"), "d/1499");
    EXPECT_EQ(asked.at("max-keys"), "102");
}

TEST_F(s3_fault_test, a_page_of_a_listing_asks_for_a_directory_whose_key_lies_behind_it) {
    for (int i = 100; i < 200; ++i) server.put_object("d/a-" + std::to_string(i) + "/x", "x");
    server.put_object("d/a/x", "x");
    EXPECT_THAT(loop.run(driver.list_page("/d", "", 3)).names, ElementsAre("a", "a-100", "a-101"));
    ASSERT_EQ(server.requests().size(), 2u);
    EXPECT_EQ(server.requests()[1].query.at("prefix"), "d/a/");
    EXPECT_EQ(server.requests()[1].query.at("max-keys"), "1");
}

TEST_F(s3_fault_test, a_page_of_a_listing_does_not_ask_for_directories_before_it) {
    for (int i = 100; i < 200; ++i) server.put_object("d/a-" + std::to_string(i) + "/x", "x");
    EXPECT_THAT(loop.run(driver.list_page("/d", "a-150", 2)).names, ElementsAre("a-151", "a-152"));
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(s3_fault_test, row_37_a_listing_is_whole_or_fails) {
    for (int i = 100; i < 200; ++i) server.put_object("d/a-b.c-" + std::to_string(i) + "/x", "x");
    for (const unsigned skip :
         {0u, 1u, 2u, 3u}) {  // the page itself, or one of the questions for "a", "a-b" and "a-b.c"
        server.add_fault({.operation = "ListObjectsV2", .skip = skip, .what = fault::answer{403, "AccessDenied"}});
        EXPECT_THROW(loop.run(driver.list_page("/d", "", 3)), error) << skip;
        server.clear_faults();
    }
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
    std::size_t found = 0, pages = 0;
    s3::upload_page page;
    do {
        page = loop.run(client.list_multiparts("u/", page));
        found += page.uploads.size();
        ++pages;
    } while (!page.next_key_marker.empty());
    EXPECT_EQ(found, 4u);
    EXPECT_GT(pages, 1u);
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
