#include "registry/upload_store.hpp"

#include "storage/filesystem/filesystem_driver.hpp"
#include "storage/memory/memory_driver.hpp"
#include "support/run.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <utility>

namespace berth::registry {

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::repository_name other = *oci::repository_name::parse("team/other");

struct fixture : testing::Test {
    storage::memory_driver driver;
    blob_store blobs{driver, nullptr};
    upload_store uploads{driver, blobs, {}};

    std::string start() {
        auto held = test::run(uploads.start(repo, hash_function::sha256));
        return (*held)->name.uuid;
    }
    // At this node, or another one.
    void append(const std::string& uuid, std::string bytes, upload_store* at = nullptr) {
        upload_store& node = at ? *at : uploads;
        async::string_source body{std::move(bytes)};
        auto held = test::run(node.borrow(repo, uuid));
        EXPECT_TRUE(test::run(node.append(*held, body, std::nullopt)).has_value());
    }
    oci::outcome<blob> finish(const std::string& uuid, const oci::digest& digest, upload_store* at = nullptr) {
        upload_store& node = at ? *at : uploads;
        async::string_source nothing{""};
        return test::run(node.finish(*test::run(node.borrow(repo, uuid)), digest, nothing, 0));
    }
    oci::outcome<std::uint64_t> offset(const std::string& uuid, const oci::repository_name& name = repo) {
        return test::run(uploads.offset(name, uuid));
    }
    std::vector<std::string> upload_folders() {
        return test::run(driver.list("/docker/registry/v2/repositories/team/net/_uploads"));
    }
};

class breaking_body final : public async::byte_source {
public:
    awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override {
        if (sent_) throw std::runtime_error{"the client went away"};
        sent_ = true;
        co_return asio::buffer_copy(buffer, asio::buffer(std::string_view{"abc"}));
    }

private:
    bool sent_ = false;
};

oci::errc code_of(const auto& outcome) {
    return outcome.error().code;
}

}  // namespace

using upload_store_test = fixture;

TEST_F(upload_store_test, turns_pieces_into_a_blob_that_the_repository_holds) {
    const std::string uuid = start();
    append(uuid, "hello ");
    append(uuid, "world");
    const oci::digest digest = oci::digest::of("hello world");
    const auto stored = finish(uuid, digest);
    ASSERT_TRUE(stored.has_value());
    EXPECT_EQ(stored->size_bytes, 11u);
    EXPECT_EQ(test::run(blobs.stat(repo, digest))->size_bytes, 11u);
    EXPECT_EQ(test::run(driver.find(storage::layout::blob_data(digest), 100)), "hello world");
    EXPECT_EQ(test::run(driver.find(storage::layout::layer_link(repo, digest), 100)), digest.str());
    EXPECT_TRUE(upload_folders().empty());
}

TEST_F(upload_store_test, stores_an_empty_blob) {
    const std::string uuid = start();
    EXPECT_TRUE(finish(uuid, oci::digest::of("")).has_value());
    EXPECT_EQ(test::run(blobs.stat(repo, oci::digest::of("")))->size_bytes, 0u);
}

TEST_F(upload_store_test, refuses_a_wrong_digest_and_leaves_nothing) {
    const std::string uuid = start();
    append(uuid, "hello");
    EXPECT_EQ(code_of(finish(uuid, oci::digest::of("other"))), oci::errc::digest_invalid);
    EXPECT_EQ(code_of(test::run(uploads.borrow(repo, uuid))), oci::errc::blob_upload_unknown);
    EXPECT_TRUE(test::run(driver.list("/docker/registry/v2/blobs")).empty());
    EXPECT_TRUE(upload_folders().empty());
}

TEST_F(upload_store_test, knows_an_upload_only_in_its_repository) {
    const std::string uuid = start();
    EXPECT_EQ(code_of(test::run(uploads.borrow(other, uuid))), oci::errc::blob_upload_unknown);
}

TEST_F(upload_store_test, lends_an_upload_to_one_request_at_a_time) {
    const std::string uuid = start();
    {
        const auto first = test::run(uploads.borrow(repo, uuid));
        EXPECT_TRUE(first.has_value());
        EXPECT_EQ(code_of(test::run(uploads.borrow(repo, uuid))), oci::errc::blob_upload_invalid);
    }
    EXPECT_TRUE(test::run(uploads.borrow(repo, uuid)).has_value());
}

TEST_F(upload_store_test, keeps_what_arrived_before_a_body_broke_off) {
    const std::string uuid = start();
    {
        auto held = test::run(uploads.borrow(repo, uuid));
        breaking_body body;
        EXPECT_THROW(test::run(uploads.append(*held, body, std::nullopt)), std::runtime_error);
    }
    EXPECT_EQ(offset(uuid).value(), 3u);
    append(uuid, "def");
    EXPECT_TRUE(finish(uuid, oci::digest::of("abcdef")).has_value());
}

TEST_F(upload_store_test, cancels) {
    const std::string uuid = start();
    append(uuid, "hello");
    test::run(uploads.cancel(*test::run(uploads.borrow(repo, uuid))));
    EXPECT_EQ(code_of(test::run(uploads.borrow(repo, uuid))), oci::errc::blob_upload_unknown);
    EXPECT_TRUE(upload_folders().empty());
}

TEST_F(upload_store_test, tells_the_offset_while_a_request_works_on_the_upload) {
    const std::string uuid = start();
    append(uuid, "hello");
    const auto held = test::run(uploads.borrow(repo, uuid));
    EXPECT_EQ(offset(uuid).value(), 5u);
    EXPECT_EQ(code_of(offset(uuid, other)), oci::errc::blob_upload_unknown);
    EXPECT_EQ(code_of(offset("../../x")), oci::errc::blob_upload_unknown);
}

TEST_F(upload_store_test, goes_on_with_an_upload_that_it_has_forgotten) {
    const std::string uuid = start();
    append(uuid, "abc");
    EXPECT_TRUE(uploads.works_on(uuid));
    uploads.forget_idle(std::chrono::steady_clock::now() + std::chrono::seconds{10});
    EXPECT_FALSE(uploads.works_on(uuid));
    append(uuid, "def");
    EXPECT_TRUE(finish(uuid, oci::digest::of("abcdef")).has_value());
}

TEST_F(upload_store_test, has_a_limit) {
    upload_store few{driver, blobs, {.max_uploads = 1}};
    const auto first = test::run(few.start(repo, hash_function::sha256));
    EXPECT_EQ(code_of(test::run(few.start(repo, hash_function::sha256))), oci::errc::toomanyrequests);
}

TEST_F(upload_store_test, does_not_write_bytes_again_that_are_stored_already) {
    const oci::digest digest = oci::digest::of("hello");
    for (const auto& name : {repo, other}) {
        auto held = test::run(uploads.start(name, hash_function::sha256));
        async::string_source body{"hello"};
        EXPECT_TRUE(test::run(uploads.finish(std::move(*held), digest, body, 5)).has_value());
    }
    EXPECT_TRUE(test::run(blobs.stat(repo, digest)).has_value());
    EXPECT_TRUE(test::run(blobs.stat(other, digest)).has_value());
}

TEST_F(upload_store_test, hashes_with_the_function_that_the_digest_names) {
    const std::string uuid = start();
    append(uuid, "hello ");
    append(uuid, "world");
    EXPECT_TRUE(finish(uuid, oci::digest::of("hello world", hash_function::sha512)).has_value());
}

// Two nodes over one store.
class moving : public upload_store_test {
protected:
    upload_store second{driver, blobs, {}};
};

TEST_F(moving, goes_on_at_another_node_and_ends_at_a_third) {
    upload_store third{driver, blobs, {}};
    const std::string uuid = start();
    append(uuid, "abc", &second);
    append(uuid, "def");
    append(uuid, "ghi", &second);
    EXPECT_EQ(test::run(third.offset(repo, uuid)).value(), 9u);
    EXPECT_TRUE(finish(uuid, oci::digest::of("abcdefghi"), &third).has_value());
    EXPECT_TRUE(upload_folders().empty());
}

TEST_F(moving, ends_everywhere_when_it_ends_somewhere) {
    const std::string uuid = start();
    append(uuid, "abc");
    EXPECT_TRUE(finish(uuid, oci::digest::of("abc"), &second).has_value());
    EXPECT_EQ(code_of(test::run(uploads.borrow(repo, uuid))), oci::errc::blob_upload_unknown);
    EXPECT_EQ(code_of(offset(uuid)), oci::errc::blob_upload_unknown);
}

// A body that lets something else happen on its way.
class interrupted_body final : public async::byte_source {
public:
    interrupted_body(std::string bytes, std::function<awaitable<void>()> then)
        : bytes_{std::move(bytes)}, then_{std::move(then)} {}
    awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override {
        const std::size_t n = asio::buffer_copy(buffer, asio::buffer(std::exchange(bytes_, {})));
        if (then_) co_await std::exchange(then_, nullptr)();
        co_return n;
    }

private:
    std::string bytes_;
    std::function<awaitable<void>()> then_;
};

awaitable<void> append_at(upload_store& node, const std::string& uuid, std::string bytes) {
    auto held = co_await node.borrow(repo, uuid);
    async::string_source body{std::move(bytes)};
    const auto appended = co_await node.append(*held, body, std::nullopt);
    EXPECT_TRUE(appended.has_value());
}

TEST_F(moving, takes_the_bytes_of_one_of_two_that_race) {
    const std::string uuid = start();
    append(uuid, "abc");
    const auto meanwhile = [&] { return append_at(second, uuid, "DEF"); };
    auto held = test::run(uploads.borrow(repo, uuid));
    interrupted_body slow{"def", meanwhile};
    EXPECT_EQ(code_of(test::run(uploads.append(*held, slow, std::nullopt))), oci::errc::range_invalid);
    EXPECT_EQ(offset(uuid).value(), 6u);
    { const auto given_back = std::move(*held); }
    append(uuid, "ghi");
    EXPECT_TRUE(finish(uuid, oci::digest::of("abcDEFghi"), &second).has_value());
    EXPECT_TRUE(upload_folders().empty());
}

TEST_F(moving, takes_no_bytes_for_what_has_ended_meanwhile) {
    const std::string uuid = start();
    append(uuid, "abc");
    const auto meanwhile = [&]() -> awaitable<void> {
        return [](upload_store& node, std::string which) -> awaitable<void> {
            auto theirs = co_await node.borrow(repo, which);
            async::string_source nothing{""};
            const auto stored = co_await node.finish(std::move(*theirs), oci::digest::of("abc"), nothing, 0);
            EXPECT_TRUE(stored.has_value());
        }(second, uuid);
    };
    auto held = test::run(uploads.borrow(repo, uuid));
    interrupted_body slow{"def", meanwhile};
    EXPECT_FALSE(test::run(uploads.append(*held, slow, std::nullopt)).has_value());
    EXPECT_TRUE(upload_folders().empty());
}

// As a node leaves it that died on the way, or between its listing and its taking back.
TEST_F(moving, goes_on_from_the_same_of_two_states_wherever_it_goes_on) {
    const std::string uuid = start();
    append(uuid, "abc");
    const auto folder = storage::layout::upload(repo, uuid);
    const auto names = test::run(driver.list(folder));
    const auto state = *std::ranges::find_if(names, [](auto& name) { return name.starts_with("state-"); });
    const std::string text = test::run(driver.find(folder + "/" + state, 1000)).value();
    const std::string orphan = "state-1-3-ffffffff-ffff-4fff-bfff-ffffffffffff";
    test::run(driver.put(folder + "/" + orphan, text));
    append(uuid, "def", &second);
    append(uuid, "ghi");
    EXPECT_TRUE(finish(uuid, oci::digest::of("abcdefghi")).has_value());
    EXPECT_TRUE(upload_folders().empty());
}

// A node that died when it had made the bytes a blob, and no more.
TEST(moving_files, end_when_their_bytes_are_in_their_place_already) {
    test::temporary_directory folder;
    storage::filesystem_driver driver{{.rootdirectory = folder.path()}};
    blob_store blobs{driver, nullptr};
    upload_store dead{driver, blobs, {}}, next{driver, blobs, {}};
    const auto take = [&](upload_store& node, const std::string& uuid, std::string bytes) {
        auto held = test::run(node.borrow(repo, uuid));
        async::string_source body{std::move(bytes)};
        return test::run(node.append(*held, body, std::nullopt)).has_value();
    };
    const std::string uuid = (*test::run(dead.start(repo, hash_function::sha256)))->name.uuid;
    EXPECT_TRUE(take(dead, uuid, "abc"));
    const oci::digest digest = oci::digest::of("abc");
    const auto place = folder.path().string() + storage::layout::blob_data(digest);
    std::filesystem::create_directories(std::filesystem::path{place}.parent_path());
    std::filesystem::rename(folder.path().string() + storage::layout::upload_data(repo, uuid), place);
    EXPECT_FALSE(take(next, uuid, "def")) << "there is nothing to go on behind";
    auto held = test::run(next.borrow(repo, uuid));
    async::string_source nothing{""};
    EXPECT_TRUE(test::run(next.finish(std::move(*held), digest, nothing, 0)).has_value());
    EXPECT_TRUE(test::run(blobs.stat(repo, digest)).has_value());
    EXPECT_EQ(test::run(driver.find(storage::layout::blob_data(digest), 10)), "abc");
}

TEST_F(moving, does_not_go_on_from_a_damaged_state) {
    const std::string uuid = start();
    const auto folder = storage::layout::upload(repo, uuid);
    for (const char* text : {"", "{}", R"({"offset":4,"function":"sha256","hash":"4..","saved":""})"}) {
        test::run(driver.put(folder + "/state-1-4-ffffffff-ffff-4fff-bfff-ffffffffffff", text));
        EXPECT_EQ(code_of(test::run(second.borrow(repo, uuid))), oci::errc::blob_upload_unknown) << text;
    }
}

// A blob that its digest announces before the first byte.
class announced : public upload_store_test {
protected:
    oci::outcome<blob> push(const oci::digest& digest, std::string bytes) {
        auto held = test::run(uploads.start_whole(repo, hash_function::sha256));
        const std::size_t size_bytes = bytes.size();
        async::string_source body{std::move(bytes)};
        return test::run(uploads.finish(std::move(*held), digest, body, size_bytes));
    }
};

TEST_F(announced, becomes_a_blob_when_its_digest_is_right) {
    for (const hash_function function : {hash_function::sha256, hash_function::sha512}) {
        const oci::digest digest = oci::digest::of("hello", function);
        EXPECT_TRUE(push(digest, "hello").has_value());
        EXPECT_EQ(test::run(driver.find(storage::layout::blob_data(digest), 100)), "hello");
    }
}

TEST_F(announced, is_refused_when_its_digest_is_wrong_and_leaves_nothing) {
    EXPECT_EQ(code_of(push(oci::digest::of("hello"), "hullo")), oci::errc::digest_invalid);
    EXPECT_TRUE(test::run(driver.list("/docker/registry/v2/blobs")).empty());
}

TEST_F(announced, is_verified_also_when_it_is_stored_already) {
    const oci::digest digest = oci::digest::of("hello");
    test::run(driver.put(storage::layout::blob_data(digest), "hello"));
    EXPECT_EQ(code_of(push(digest, "hullo")), oci::errc::digest_invalid);
    EXPECT_EQ(code_of(test::run(blobs.stat(repo, digest))), oci::errc::blob_unknown) << "no link";
    EXPECT_TRUE(push(digest, "hello").has_value());
    EXPECT_TRUE(test::run(blobs.stat(repo, digest)).has_value());
}

TEST_F(announced, replaces_a_stored_blob_of_another_size) {
    const oci::digest digest = oci::digest::of("hello");
    test::run(driver.put(storage::layout::blob_data(digest), "hel"));
    EXPECT_TRUE(push(digest, "hello").has_value());
    EXPECT_EQ(test::run(driver.find(storage::layout::blob_data(digest), 100)), "hello");
}

TEST_F(announced, is_no_blob_when_the_stored_one_vanishes_meanwhile) {
    const oci::digest digest = oci::digest::of("hello");
    test::run(driver.put(storage::layout::blob_data(digest), "hello"));
    auto held = test::run(uploads.start_whole(repo, hash_function::sha256));
    interrupted_body body{"hello", [&] { return driver.remove(storage::layout::blob_data(digest)); }};
    EXPECT_THROW(test::run(uploads.finish(std::move(*held), digest, body, 5)), storage::error);
    EXPECT_EQ(code_of(test::run(blobs.stat(repo, digest))), oci::errc::blob_unknown);
}

TEST_F(announced, breaks_off_and_begins_anew) {
    const std::string uuid = start();
    {
        auto held = test::run(uploads.borrow(repo, uuid));
        breaking_body body;
        EXPECT_THROW(test::run(uploads.finish(std::move(*held), oci::digest::of("abcdef"), body, 6)),
                     std::runtime_error);
    }
    EXPECT_EQ(offset(uuid).value(), 0u);
    append(uuid, "abcdef");
    EXPECT_TRUE(finish(uuid, oci::digest::of("abcdef")).has_value());
}

}  // namespace berth::registry
