#include "service/cached_node.hpp"
#include "support/raw_client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <thread>

namespace berth {
namespace {

namespace fs = std::filesystem;
using test::answer;
using test::fake_s3;
using test::running_app;

std::string some_bytes(std::size_t size, unsigned seed) {
    std::string bytes(size, '\0');
    std::uint64_t state = seed;
    for (char& byte : bytes) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        byte = static_cast<char>(state >> 56);
    }
    return bytes;
}

class disk_cache : public test::cached_node {
protected:
    disk_cache() { s3_.clear_requests(); }

    std::string yaml(const std::string& max_size = "1GiB") const { return yaml_with({.max_size = max_size}); }

    // A blob that team/net holds; its digest.
    std::string put_blob(const std::string& bytes, const std::string& as = {}) {
        const std::string digest = as.empty() ? oci::digest::of(bytes).str() : as;
        s3_.put_object(data_key(digest), bytes);
        s3_.put_object(link_key("_layers/", digest), digest);
        return digest;
    }

    fs::path file_of(const std::string& digest) const {
        return folder() + "/blobs/" + digest.substr(7, 2) + "/sha256-" + digest.substr(7);
    }
    static void flip_byte(const fs::path& name, std::streamoff at) {
        std::fstream file{name, std::ios::in | std::ios::out | std::ios::binary};
        file.seekg(at);
        const auto flipped = static_cast<char>(~file.get());
        file.seekp(at);
        file.put(flipped);
    }
    // It is in the index, and the node has taken notice of what its verifying thread has entered.
    bool is_kept(running_app& app, const std::string& digest) const {
        if (!is_in_index(digest) || !test::comes_true([&] { return fs::exists(file_of(digest)); })) return false;
        cache::disk_index index{folder() + "/index.sqlite"};
        return test::comes_true(
            [&] { return counted(app, "berth_cache_entries") == static_cast<double>(index.total().entries); });
    }
    // How many of the blob's bytes S3 was asked for.
    std::uint64_t bytes_asked_for(const std::string& digest, std::uint64_t size) const {
        std::uint64_t sum = 0;
        for (const auto& request : s3_.requests()) {
            if (request.operation != "GetObject" || request.key != data_key(digest)) continue;
            const auto range = request.headers.find("range");
            if (range == request.headers.end()) {
                sum += size;
                continue;
            }
            const std::string& text = range->second;  // bytes=0-99
            std::uint64_t first = 0, last = 0;
            const auto middle = std::from_chars(text.data() + 6, text.data() + text.size(), first).ptr;
            std::from_chars(middle + 1, text.data() + text.size(), last);
            sum += std::min(last + 1, size) - first;
        }
        return sum;
    }
};

TEST_F(disk_cache, asks_s3_for_a_blob_once_also_after_a_restart) {
    const std::string bytes = some_bytes(5'000'000, 1);
    const std::string digest = put_blob(bytes);
    {
        running_app app{yaml()};
        EXPECT_EQ(app.get(blob_url(digest)).body, bytes);
        ASSERT_TRUE(is_kept(app, digest));
        EXPECT_EQ(app.get(blob_url(digest)).body, bytes);
        EXPECT_TRUE(app.stop());
    }
    EXPECT_LE(bytes_asked_for(digest, bytes.size()), bytes.size() + 512 * 1024);
    s3_.clear_requests();
    running_app app{yaml()};
    EXPECT_EQ(app.get(blob_url(digest)).body, bytes);
    EXPECT_EQ(app.get(blob_url(digest), {{"Range", "bytes=1048570-1048590"}}).body, bytes.substr(1048570, 21));
    EXPECT_EQ(bytes_asked_for(digest, bytes.size()), 0u);
}

TEST_F(disk_cache, twenty_clients_at_once_cost_s3_the_blob_once) {
    const std::string bytes = some_bytes(40'000'000, 2);
    const std::string digest = put_blob(bytes);
    running_app app{yaml()};
    std::atomic<int> right = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 20; ++i) {
        clients.emplace_back([&] {
            test::raw_client client{app.port()};
            client.send("GET " + blob_url(digest) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            right += client.read_to_end().ends_with("\r\n\r\n" + bytes);
        });
    }
    for (auto& client : clients) client.join();
    EXPECT_EQ(right, 20);
    const auto bytes_from = [&](const std::string& source) {
        return counted(app, "berth_blob_bytes_total{source=\"" + source + "\"}");
    };
    EXPECT_EQ(bytes_from("store") + bytes_from("shared") + bytes_from("disk"), 20.0 * 40'000'000);
    EXPECT_GE(counted(app, "berth_blob_requests_total{result=\"miss\"}"), 1);
    EXPECT_GE(counted(app, "berth_blob_requests_total{result=\"joined\"}"), 1);
    // And what on a busy machine may be asked for twice: twenty clients without each other cost it twenty times.
    EXPECT_LE(bytes_asked_for(digest, bytes.size()), bytes.size() * 2);
    EXPECT_TRUE(is_kept(app, digest));
}

TEST_F(disk_cache, ranges_and_whole_gets_share_what_has_arrived) {
    const std::string bytes = some_bytes(6'000'000, 3);
    const std::string digest = put_blob(bytes);
    running_app app{yaml()};
    app.send(http::verb::head, blob_url(digest));
    s3_.clear_requests();
    EXPECT_EQ(app.get(blob_url(digest), {{"Range", "bytes=2000000-3999999"}}).body, bytes.substr(2'000'000, 2'000'000));
    EXPECT_LE(bytes_asked_for(digest, bytes.size()), 2'000'000u);
    EXPECT_EQ(app.get(blob_url(digest)).body, bytes);
    EXPECT_TRUE(is_kept(app, digest));
    EXPECT_EQ(app.get(blob_url(digest), {{"Range", "bytes=5999990-"}}).body, bytes.substr(5'999'990));
    EXPECT_LE(bytes_asked_for(digest, bytes.size()), bytes.size() + 2'000'000);
}

TEST_F(disk_cache, metrics_say_where_the_bytes_came_from) {
    const std::string bytes = some_bytes(3'000'000, 30);
    const std::string digest = put_blob(bytes);
    running_app app{yaml()};
    test::wait_for_probe(s3_);
    const double before = counted(app, "berth_s3_received_bytes_total");
    app.get(blob_url(digest));
    ASSERT_TRUE(is_kept(app, digest));
    EXPECT_EQ(counted(app, "berth_blob_bytes_total{source=\"store\"}"), 3'000'000);
    EXPECT_EQ(counted(app, "berth_blob_bytes_total{source=\"disk\"}"), 0);
    EXPECT_EQ(counted(app, "berth_blob_requests_total{result=\"miss\"}"), 1);
    EXPECT_GE(counted(app, "berth_s3_received_bytes_total") - before, 3'000'000);
    EXPECT_EQ(counted(app, "berth_cache_size_bytes"), 3'000'000);
    EXPECT_EQ(counted(app, "berth_cache_limit_bytes"), 1024.0 * 1024 * 1024);
    EXPECT_EQ(counted(app, "berth_cache_entries"), 1);

    app.get(blob_url(digest));
    app.get(blob_url(digest), {{"Range", "bytes=10-19"}});
    EXPECT_EQ(counted(app, "berth_blob_bytes_total{source=\"store\"}"), 3'000'000);
    EXPECT_EQ(counted(app, "berth_blob_bytes_total{source=\"disk\"}"), 3'000'010);
    EXPECT_EQ(counted(app, "berth_blob_requests_total{result=\"hit\"}"), 2);
    EXPECT_EQ(counted(app, "berth_blob_first_byte_seconds_count{source=\"disk\"}"), 2);

    flip_byte(file_of(digest), 2'500'000);
    app.get(blob_url(digest));
    EXPECT_EQ(counted(app, "berth_cache_damaged_total"), 1);
    EXPECT_EQ(counted(app, "berth_blob_bytes_total{source=\"disk\"}"), 3'000'010 + 2 * 1024 * 1024);
    EXPECT_EQ(counted(app, "berth_blob_bytes_total{source=\"store\"}"), 6'000'000 - 2 * 1024 * 1024);
}

TEST_F(disk_cache, a_reader_slower_than_the_store_has_all_bytes_from_the_store_also_once_they_are_kept) {
    const std::string digest = put_blob(some_bytes(32 * 1024 * 1024, 31));
    running_app app{yaml()};
    test::raw_client client{app.port()};
    client.send("GET " + blob_url(digest) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    client.read_until("\r\n\r\n");
    ASSERT_TRUE(is_kept(app, digest));
    EXPECT_EQ(client.read_to_end().size(), 32u * 1024 * 1024);
    EXPECT_EQ(counted(app, "berth_blob_bytes_total{source=\"store\"}"), 32 * 1024 * 1024);
    EXPECT_EQ(counted(app, "berth_blob_bytes_total{source=\"disk\"}"), 0);
}

TEST_F(disk_cache, row_09_a_flipped_byte_is_found_and_the_blob_fetched_again) {
    const std::string bytes = some_bytes(3'000'000, 4);
    const std::string digest = put_blob(bytes);
    running_app app{yaml()};
    app.get(blob_url(digest));
    ASSERT_TRUE(is_kept(app, digest));
    flip_byte(file_of(digest), 2'500'000);
    s3_.clear_requests();
    EXPECT_EQ(app.get(blob_url(digest)).body, bytes);
    EXPECT_GT(bytes_asked_for(digest, bytes.size()), 0u);
    EXPECT_EQ(app.get(blob_url(digest)).body, bytes);
    EXPECT_TRUE(is_kept(app, digest));
}

TEST_F(disk_cache, a_byte_flipped_while_nobody_ran_is_found) {
    const std::string bytes = some_bytes(3'000'000, 5);
    const std::string digest = put_blob(bytes);
    {
        running_app app{yaml()};
        app.get(blob_url(digest));
        ASSERT_TRUE(is_kept(app, digest));
    }
    flip_byte(file_of(digest), 10);
    running_app app{yaml()};
    EXPECT_EQ(app.get(blob_url(digest)).body, bytes);
}

TEST_F(disk_cache, row_39_a_file_that_is_gone_or_cut_off_is_fetched_again) {
    const std::string bytes = some_bytes(3'000'000, 6);
    const std::string digest = put_blob(bytes);
    for (const bool cut : {false, true}) {
        {
            running_app app{yaml()};
            app.get(blob_url(digest));
            ASSERT_TRUE(is_kept(app, digest));
        }
        if (cut) {
            fs::resize_file(file_of(digest), 100'000);
        } else {
            fs::remove(file_of(digest));
        }
        running_app again{yaml()};
        EXPECT_EQ(again.get(blob_url(digest)).body, bytes);
        EXPECT_TRUE(is_kept(again, digest));
    }
}

TEST_F(disk_cache, what_a_crash_left_behind_goes) {
    fs::create_directories(folder() + "/partial");
    fs::create_directories(folder() + "/blobs/ab");
    std::ofstream{folder() + "/partial/half"} << "half";
    const std::string stranger = folder() + "/blobs/ab/sha256-" + std::string(64, 'a');
    std::ofstream{stranger} << "nobody knows me";
    running_app app{yaml()};
    EXPECT_TRUE(fs::is_empty(folder() + "/partial"));
    EXPECT_TRUE(test::comes_true([&] { return !fs::exists(stranger); }));
}

TEST_F(disk_cache, a_damaged_index_begins_anew) {
    const std::string bytes = some_bytes(100'000, 7);
    const std::string digest = put_blob(bytes);
    {
        running_app app{yaml()};
        app.get(blob_url(digest));
        ASSERT_TRUE(is_kept(app, digest));
    }
    fs::remove(folder() + "/index.sqlite-wal");
    std::ofstream{folder() + "/index.sqlite", std::ios::binary} << std::string(8192, 'x');
    running_app app{yaml()};
    EXPECT_EQ(app.get(blob_url(digest)).body, bytes);
    EXPECT_TRUE(is_kept(app, digest));
}

TEST_F(disk_cache, what_does_not_fit_passes_through) {
    const std::string bytes = some_bytes(3'000'000, 8);
    const std::string digest = put_blob(bytes);
    running_app app{yaml("2MiB")};
    EXPECT_EQ(app.get(blob_url(digest)).body, bytes);
    EXPECT_EQ(app.get(blob_url(digest)).body, bytes);
    EXPECT_FALSE(fs::exists(file_of(digest)));
}

TEST_F(disk_cache, what_was_used_longest_ago_makes_room) {
    std::vector<std::string> digests;
    for (unsigned i = 0; i < 3; ++i) digests.push_back(put_blob(some_bytes(1'000'000, 10 + i)));
    running_app app{yaml("2500KiB")};
    for (const auto& digest : digests) {
        EXPECT_EQ(oci::digest::of(app.get(blob_url(digest)).body).str(), digest);
        ASSERT_TRUE(is_kept(app, digest));
    }
    EXPECT_FALSE(fs::exists(file_of(digests[0])));
    EXPECT_TRUE(fs::exists(file_of(digests[1])));
    EXPECT_TRUE(fs::exists(file_of(digests[2])));
    EXPECT_EQ(counted(app, "berth_cache_evictions_total"), 1);
    EXPECT_EQ(counted(app, "berth_cache_evicted_bytes_total"), 1'000'000);
    EXPECT_EQ(counted(app, "berth_cache_entries"), 2);
}

TEST_F(disk_cache, row_08_bytes_that_are_not_those_of_the_digest_do_not_stay) {
    const std::string right = some_bytes(200'000, 20);
    const std::string digest = put_blob(some_bytes(200'000, 21), oci::digest::of(right).str());
    running_app app{yaml()};
    app.get(blob_url(digest));
    EXPECT_TRUE(test::comes_true([&] { return fs::is_empty(folder() + "/partial"); }));
    EXPECT_FALSE(fs::exists(file_of(digest)));
    put_blob(right);
    EXPECT_EQ(app.get(blob_url(digest)).body, right);
}

TEST_F(disk_cache, a_push_asks_s3_and_not_the_cache) {
    const std::string bytes = some_bytes(100'000, 22);
    const std::string digest = put_blob(bytes);
    running_app app{yaml()};
    app.get(blob_url(digest));
    ASSERT_TRUE(is_kept(app, digest));
    s3_.remove_object(data_key(digest));
    EXPECT_EQ(app.send(http::verb::head, blob_url(digest)).code, 404u);
    EXPECT_EQ(app.send(http::verb::post, "/v2/team/other/blobs/uploads/?mount=" + digest + "&from=team/net").code,
              202u);
    EXPECT_EQ(app.push_blob("team/net", bytes), digest);
    EXPECT_TRUE(s3_.find_object(data_key(digest)));
}

TEST_F(disk_cache, whoever_finds_the_folder_in_use_serves_without_it) {
    const std::string bytes = some_bytes(100'000, 24);
    const std::string digest = put_blob(bytes);
    running_app app{yaml()};
    app.get(blob_url(digest));
    ASSERT_TRUE(is_kept(app, digest));
    running_app other{yaml()};
    s3_.clear_requests();
    EXPECT_EQ(other.get(blob_url(digest)).body, bytes);
    EXPECT_GT(bytes_asked_for(digest, bytes.size()), 0u);
}

TEST_F(disk_cache, a_repository_that_does_not_hold_the_blob_does_not_get_it) {
    const std::string bytes = some_bytes(100'000, 23);
    const std::string digest = put_blob(bytes);
    running_app app{yaml()};
    app.get(blob_url(digest));
    ASSERT_TRUE(is_kept(app, digest));
    EXPECT_EQ(app.get("/v2/some/other/blobs/" + digest).code, 404u);
}

TEST_F(disk_cache, a_repository_that_does_not_hold_the_blob_brings_nothing_of_it_onto_the_disk) {
    constexpr std::size_t size = 40'000'000;
    const std::string digest = put_blob(some_bytes(size, 25)), in_part = put_blob(some_bytes(size, 26));
    running_app app{yaml()};
    EXPECT_EQ(app.get("/v2/some/other/blobs/" + digest).code, 404u);
    EXPECT_EQ(counted(app, "berth_cache_size_bytes"), 0);
    EXPECT_TRUE(fs::is_empty(folder() + "/partial"));
    EXPECT_LT(counted(app, "berth_s3_received_bytes_total"), size / 2);

    EXPECT_EQ(app.get(blob_url(in_part), {{"Range", "bytes=0-999"}}).code, 206u);
    s3_.clear_requests();
    EXPECT_EQ(app.get("/v2/some/other/blobs/" + in_part).code, 404u);
    app.stop();
    EXPECT_EQ(bytes_asked_for(in_part, size), 0u) << "nor what is missing of one that is there in part";
}

TEST_F(disk_cache, is_in_a_folder_that_nobody_else_looks_into_or_writes_to) {
    const std::string digest = put_blob("some bytes");
    for (const fs::perms more : {fs::perms::group_write, fs::perms::others_write}) {
        fs::create_directories(folder());
        fs::permissions(folder(), fs::perms::owner_all | more);
        running_app app{yaml()};
        EXPECT_EQ(app.get("/v2/team/net/blobs/" + digest).body, "some bytes");
        EXPECT_TRUE(fs::is_empty(folder())) << "it is served without";
    }
    fs::remove(folder());
    running_app app{yaml()};
    EXPECT_EQ(fs::status(folder()).permissions(), fs::perms::owner_all);
    EXPECT_FALSE(fs::is_empty(folder()));
}

}  // namespace
}  // namespace berth
