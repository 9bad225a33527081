#include "registry/prefetcher.hpp"

#include "storage/memory/memory_driver.hpp"
#include "support/run.hpp"
#include "support/temporary_directory.hpp"
#include "support/wrapped_driver.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

namespace berth::registry {
namespace {

/// An image with layers of 2,000 bytes, of which 1,000 come at once and 2,500 ahead of a client.
class prefetcher_test : public testing::Test {
protected:
    prefetcher_test() {
        for (const char content : {'a', 'b', 'c'}) {
            const std::string layer(2000, content);
            layers_.push_back(oci::digest::of(layer));
            test::run(driver_.put(storage::layout::blob_data(layers_.back()), layer));
        }
        test::run(driver_.put(storage::layout::blob_data(oci::digest::of("{}")), "{}"));
        driver_.opens = 0;
    }
    ~prefetcher_test() override {
        EXPECT_TRUE(test::run(ahead_.stop()));
        EXPECT_TRUE(test::run(disk_.stop()));
    }

    static std::string descriptor(const oci::digest& of, std::size_t size) {
        return R"({"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":")" + of.str() + R"(","size":)" +
               std::to_string(size) + "}";
    }
    std::string manifest(std::size_t layer_bytes = 2000) const {
        std::string list;
        for (const auto& layer : layers_) list += (list.empty() ? "" : ",") + descriptor(layer, layer_bytes);
        return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)" +
               descriptor(oci::digest::of("{}"), 2) + R"(,"layers":[)" + list + "]}";
    }
    // Returns when all that this begins has ended.
    void serve(const std::string& bytes) { test::run(begin(bytes)); }
    awaitable<void> begin(std::string bytes) {
        const auto executor = co_await asio::this_coro::executor;
        ahead_.manifest_was_served(executor, oci::digest::of(bytes), bytes);
    }
    awaitable<void> ask_for(oci::digest layer) {
        const storage::byte_range part{0, 1};
        const blob whole{layer, 2000};
        co_await blobs_.open(repo_, whole, part);
    }
    awaitable<void> until_fetched(std::uint64_t bytes) {
        asio::steady_timer timer{co_await asio::this_coro::executor};
        while (counted().fetched_bytes.value() < bytes) {
            timer.expires_after(std::chrono::milliseconds{5});
            co_await timer.async_wait(asio::use_awaitable);
        }
    }
    const cache::fetched_ahead::statistics& counted() const { return disk_.ahead().counted(); }
    std::uint64_t here(int layer) { return test::run(disk_.bytes_here(layers_[static_cast<std::size_t>(layer)])); }

    static constexpr std::chrono::milliseconds quiet{100};

    const oci::repository_name repo_ = *oci::repository_name::parse("team/net");
    std::vector<oci::digest> layers_;
    storage::memory_driver store_;
    test::wrapped_driver driver_{store_};
    test::temporary_directory directory_;
    cache::disk_cache disk_{{directory_.path() / "cache", 20'000}};
    blob_store blobs_{driver_, nullptr, &disk_};
    prefetcher ahead_{
        blobs_,
        disk_,
        {.piece_bytes = 1000, .most_ahead_bytes = 2500, .quiet = quiet, .patience = std::chrono::milliseconds{200}}};
};

TEST_F(prefetcher_test, goes_so_far_ahead_of_a_client_who_asks_for_nothing_and_ends) {
    serve(manifest());
    EXPECT_EQ(counted().fetched_bytes.value(), 3002u);
    EXPECT_EQ(here(0), 2000u);
    EXPECT_EQ(here(1), 1000u);
    EXPECT_EQ(here(2), 0u);
    EXPECT_EQ(counted().used_bytes.value(), 0u);
}

TEST_F(prefetcher_test, leaves_a_client_who_is_quick_alone) {
    const auto pull = [&]() -> awaitable<void> {
        co_await begin(manifest());
        for (const auto& layer : layers_) co_await ask_for(layer);
        EXPECT_EQ(driver_.opens, 3);
    };
    test::run(pull());
    EXPECT_EQ(counted().fetched_bytes.value(), 2u) << "the config, which nobody asked for";
}

TEST_F(prefetcher_test, goes_on_when_a_client_asks_for_what_was_fetched) {
    const auto pull = [&]() -> awaitable<void> {
        co_await begin(manifest());
        co_await until_fetched(3002);
        co_await ask_for(layers_[0]);
        co_await until_fetched(5002);
        EXPECT_EQ(co_await disk_.bytes_here(layers_[1]), 2000u);
        EXPECT_EQ(co_await disk_.bytes_here(layers_[2]), 1000u);
    };
    test::run(pull());
    EXPECT_EQ(counted().used_bytes.value(), 2000u);
}

TEST_F(prefetcher_test, leaves_a_blob_to_the_client_who_has_come_for_it) {
    const auto pull = [&]() -> awaitable<void> {
        co_await begin(manifest());
        co_await until_fetched(3002);
        co_await ask_for(layers_[1]);
    };
    test::run(pull());
    EXPECT_EQ(here(1), 1000u);
    EXPECT_EQ(here(2), 1000u) << "it has gone on with the next one";
    EXPECT_EQ(counted().used_bytes.value(), 1000u);
}

TEST_F(prefetcher_test, begins_nothing_while_a_reader_waits_for_the_store) {
    asio::steady_timer answer{test::event_loop(), std::chrono::steady_clock::time_point::max()};
    const auto slow_store = [&](storage::byte_range) -> awaitable<std::unique_ptr<async::byte_source>> {
        co_await answer.async_wait(as_tuple);
        co_return std::make_unique<async::string_source>(std::string(2000, 'z'));
    };
    const auto pull = [&]() -> awaitable<void> {
        const oci::digest other = oci::digest::of(std::string(2000, 'z'));
        cache::blob_meter meter{blobs_.traffic()};
        const storage::byte_range whole;
        const auto reader = co_await disk_.keep(other, 2000, whole, nullptr, slow_store, meter);
        EXPECT_TRUE(blobs_.has_waiting_readers());
        co_await begin(manifest());
        asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::milliseconds{400}};
        co_await timer.async_wait(asio::use_awaitable);
        EXPECT_EQ(driver_.opens, 0);
        answer.cancel();
        co_await until_fetched(3002);
        EXPECT_FALSE(blobs_.has_waiting_readers());
    };
    test::run(pull());
}

TEST_F(prefetcher_test, asks_for_nothing_that_is_here) {
    for (const auto& layer : layers_) test::run(blobs_.bring({layer, 2000}, {}));
    driver_.opens = 0;
    serve(manifest());
    EXPECT_EQ(driver_.opens, 1) << "the config";
    EXPECT_EQ(counted().fetched_bytes.value(), 2u);
}

TEST_F(prefetcher_test, looks_at_an_image_once_in_a_while) {
    serve(manifest());
    const int opens = driver_.opens;
    test::run(ask_for(layers_[0]));
    serve(manifest());
    EXPECT_EQ(driver_.opens, opens);
}

TEST_F(prefetcher_test, leaves_an_image_alone_that_takes_more_than_half_the_cache) {
    serve(manifest(3334));
    EXPECT_EQ(driver_.opens, 0);
}

TEST_F(prefetcher_test, gives_an_image_up_that_is_not_what_its_manifest_says) {
    serve(manifest(1999));
    EXPECT_EQ(counted().fetched_bytes.value(), 2u);
    EXPECT_EQ(here(0), 0u);
}

TEST_F(prefetcher_test, what_makes_way_before_anybody_asks_is_wasted) {
    serve(manifest());
    const std::string large(17'500, 'x');
    test::run(driver_.put(storage::layout::blob_data(oci::digest::of(large)), large));
    EXPECT_EQ(test::run(blobs_.bring({oci::digest::of(large), large.size()}, {})).is, cache::brought::state::here);
    EXPECT_EQ(here(0), 0u);
    EXPECT_EQ(counted().wasted_bytes.value(), 2002u);
}

}  // namespace
}  // namespace berth::registry
