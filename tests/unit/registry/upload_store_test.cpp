#include "registry/upload_store.hpp"

#include "async/shielded.hpp"
#include "storage/memory/memory_driver.hpp"
#include "support/run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

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
        return (*held)->uuid;
    }
    void append(const std::string& uuid, std::string bytes) {
        async::string_source body{std::move(bytes)};
        auto held = test::run(uploads.borrow(repo, uuid));
        test::run(uploads.append(**held, body));
    }
    oci::outcome<blob> finish(const std::string& uuid, const oci::digest& digest) {
        return test::run(uploads.finish(*test::run(uploads.borrow(repo, uuid)), digest));
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

TEST_F(upload_store_test, asks_the_store_nothing_before_the_first_byte) {
    const std::string uuid = start();
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
        EXPECT_THROW(test::run(uploads.append(**held, body)), std::runtime_error);
        EXPECT_EQ((*held)->offset, 3u);
    }
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

TEST_F(upload_store_test, stop_cancels_what_nobody_works_on) {
    const std::string idle = start(), busy = start();
    const auto held = test::run(uploads.borrow(repo, busy));
    test::run(uploads.stop());
    EXPECT_EQ(code_of(test::run(uploads.borrow(repo, idle))), oci::errc::blob_upload_unknown);
    EXPECT_TRUE(uploads.offset(repo, busy).has_value());
}

TEST_F(upload_store_test, tells_the_offset_while_a_request_works_on_the_upload) {
    const std::string uuid = start();
    append(uuid, "hello");
    const auto held = test::run(uploads.borrow(repo, uuid));
    EXPECT_EQ(uploads.offset(repo, uuid).value(), 5u);
    EXPECT_EQ(code_of(uploads.offset(other, uuid)), oci::errc::blob_upload_unknown);
}

TEST_F(upload_store_test, gives_up_what_is_idle_for_long) {
    const std::string uuid = start();
    const auto now = std::chrono::steady_clock::now();
    test::run(uploads.discard_idle(now + std::chrono::minutes{9}));
    EXPECT_TRUE(uploads.offset(repo, uuid).has_value());
    test::run(uploads.discard_idle(now + std::chrono::minutes{11}));
    EXPECT_FALSE(uploads.offset(repo, uuid).has_value());
}

TEST_F(upload_store_test, goes_on_with_an_upload_that_has_rested) {
    const std::string uuid = start();
    append(uuid, "abc");
    test::run(uploads.rest_idle(std::chrono::steady_clock::now() + std::chrono::seconds{10}));
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
        test::run(uploads.append(**held, body));
        EXPECT_TRUE(test::run(uploads.finish(std::move(*held), digest)).has_value());
    }
    EXPECT_TRUE(test::run(blobs.stat(repo, digest)).has_value());
    EXPECT_TRUE(test::run(blobs.stat(other, digest)).has_value());
}

// An upload's bytes in a store that takes its time: resting ends only by being cancelled, cleaning up once `gate`
// opens.
class slow_writer final : public storage::writer {
public:
    slow_writer(asio::steady_timer& gate, std::size_t& cleaned) : gate_{gate}, cleaned_{cleaned} {}

    awaitable<asio::mutable_buffer> prepare() override { co_return asio::buffer(bytes_); }
    awaitable<void> append(std::size_t) override { co_return; }
    awaitable<void> settle() override { co_return; }
    awaitable<void> rest() override {
        asio::steady_timer never{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
        co_await never.async_wait(asio::use_awaitable);
    }
    awaitable<std::unique_ptr<async::byte_source>> read_back() override { co_return nullptr; }
    awaitable<void> commit(storage::path) override { co_return; }
    awaitable<void> clean_up() override { return async::shielded(wait_and_count()); }

private:
    awaitable<void> wait_and_count() {
        co_await gate_.async_wait(as_tuple);
        ++cleaned_;
    }

    std::array<char, 16> bytes_{};
    asio::steady_timer& gate_;
    std::size_t& cleaned_;
};

// Uploads that are being looked after when run_expiry is cancelled.
class interrupted : public testing::Test {
protected:
    void start(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            auto held = test::run(uploads.start(repo, hash_function::sha256));
            (*held)->writer = std::make_unique<slow_writer>(gate, cleaned);
        }
    }
    // Starts `work`, cancels it in its middle, and stops the store while it ends.
    void cancel_and_stop(awaitable<void> work) {
        asio::io_context& loop = test::event_loop();
        asio::cancellation_signal cancel;
        loop.restart();
        asio::co_spawn(loop, std::move(work), asio::bind_cancellation_slot(cancel.slot(), asio::detached));
        loop.poll();
        cancel.emit(asio::cancellation_type::terminal);
        loop.poll();
        gate.expires_at(asio::steady_timer::time_point::min());
        test::run(uploads.stop());
    }

    storage::memory_driver driver;
    blob_store blobs{driver, nullptr};
    upload_store uploads{driver, blobs, {}};
    asio::steady_timer gate{test::event_loop(), asio::steady_timer::time_point::max()};
    std::size_t cleaned = 0;
    const std::chrono::steady_clock::time_point later = std::chrono::steady_clock::now() + std::chrono::hours{1};
};

TEST_F(interrupted, while_they_are_put_aside_they_leave_nothing) {
    start(20);
    cancel_and_stop(uploads.rest_idle(later));
    EXPECT_EQ(cleaned, 20u);
}

TEST_F(interrupted, while_they_are_given_up_they_leave_nothing) {
    start(20);
    cancel_and_stop(uploads.discard_idle(later));
    EXPECT_EQ(cleaned, 20u);
}

// A blob that its digest announces before the first byte.
class announced : public upload_store_test {
protected:
    upload_store::lease start_expecting(const oci::digest& digest, std::uint64_t size_bytes) {
        auto held = test::run(uploads.start(repo, hash_function::sha256));
        test::run(uploads.expect(**held, digest, size_bytes));
        return std::move(*held);
    }
};

TEST_F(announced, becomes_a_blob_when_its_digest_is_right) {
    for (const hash_function function : {hash_function::sha256, hash_function::sha512}) {
        const oci::digest digest = oci::digest::of("hello", function);
        auto held = start_expecting(digest, 5);
        async::string_source body{"hello"};
        test::run(uploads.append(*held, body));
        EXPECT_TRUE(test::run(uploads.finish(std::move(held), digest)).has_value());
        EXPECT_EQ(test::run(driver.find(storage::layout::blob_data(digest), 100)), "hello");
    }
}

TEST_F(announced, is_refused_when_its_digest_is_wrong_and_leaves_nothing) {
    const oci::digest digest = oci::digest::of("hello");
    auto held = start_expecting(digest, 5);
    async::string_source body{"hullo"};
    test::run(uploads.append(*held, body));
    EXPECT_EQ(code_of(test::run(uploads.finish(std::move(held), digest))), oci::errc::digest_invalid);
    EXPECT_TRUE(test::run(driver.list("/docker/registry/v2/blobs")).empty());
}

TEST_F(announced, may_not_end_as_another_blob) {
    auto held = start_expecting(oci::digest::of("hello"), 5);
    async::string_source body{"world"};
    test::run(uploads.append(*held, body));
    EXPECT_EQ(code_of(test::run(uploads.finish(std::move(held), oci::digest::of("world")))), oci::errc::digest_invalid);
}

TEST_F(announced, is_verified_also_when_it_is_stored_already) {
    const oci::digest digest = oci::digest::of("hello");
    test::run(driver.put(storage::layout::blob_data(digest), "hello"));
    auto wrong = start_expecting(digest, 5);
    async::string_source other_bytes{"hullo"};
    test::run(uploads.append(*wrong, other_bytes));
    EXPECT_EQ(code_of(test::run(uploads.finish(std::move(wrong), digest))), oci::errc::digest_invalid);
    EXPECT_EQ(code_of(test::run(blobs.stat(repo, digest))), oci::errc::blob_unknown) << "no link";

    auto right = start_expecting(digest, 5);
    async::string_source body{"hello"};
    test::run(uploads.append(*right, body));
    EXPECT_TRUE(test::run(uploads.finish(std::move(right), digest)).has_value());
    EXPECT_TRUE(test::run(blobs.stat(repo, digest)).has_value());
}

TEST_F(announced, replaces_a_stored_blob_of_another_size) {
    const oci::digest digest = oci::digest::of("hello");
    test::run(driver.put(storage::layout::blob_data(digest), "hel"));
    auto held = start_expecting(digest, 5);
    async::string_source body{"hello"};
    test::run(uploads.append(*held, body));
    EXPECT_TRUE(test::run(uploads.finish(std::move(held), digest)).has_value());
    EXPECT_EQ(test::run(driver.find(storage::layout::blob_data(digest), 100)), "hello");
}

TEST_F(announced, is_no_blob_when_the_stored_one_vanishes_meanwhile) {
    const oci::digest digest = oci::digest::of("hello");
    test::run(driver.put(storage::layout::blob_data(digest), "hello"));
    auto held = start_expecting(digest, 5);
    async::string_source body{"hello"};
    test::run(uploads.append(*held, body));
    test::run(driver.remove(storage::layout::blob_data(digest)));
    EXPECT_THROW(test::run(uploads.finish(std::move(held), digest)), storage::error);
    EXPECT_EQ(code_of(test::run(blobs.stat(repo, digest))), oci::errc::blob_unknown);
}

}  // namespace berth::registry
