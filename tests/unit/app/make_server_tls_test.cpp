#include "app/make_server_tls.hpp"

#include "app/startup_error.hpp"
#include "support/certificate.hpp"
#include "support/run.hpp"
#include "support/temporary_directory.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <filesystem>

namespace berth::app {
namespace {

awaitable<void> until_another_one(const http::server_tls& tls, const void* before) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (tls.context().get() == before) {
        timer.expires_after(std::chrono::milliseconds{1});
        co_await timer.async_wait(asio::use_awaitable);
    }
}

// Follows the files until what counts is not `before` any more.
void follow_until_another_one(http::server_tls& tls, const void* before) {
    using namespace asio::experimental::awaitable_operators;
    auto both = [](http::server_tls& followed, const void* old) -> awaitable<void> {
        co_await (follow_files(followed, std::chrono::milliseconds{1}) || until_another_one(followed, old));
    };
    test::run(both(tls, before));
}

struct server_tls_files : testing::Test {
    const test::temporary_directory folder;
    config::tls_settings settings;

    void SetUp() override {
        settings.certificate = folder.path() / "certificate.pem";
        settings.key = folder.path() / "key.pem";
        write();
    }
    void write() const {
        const test::certificate made{"localhost", "DNS:localhost"};
        made.write_certificate(settings.certificate);
        made.write_key(settings.key);
    }
};

TEST_F(server_tls_files, are_not_touched_without_a_certificate) {
    EXPECT_EQ(make_server_tls({}), nullptr);
}

TEST_F(server_tls_files, that_are_of_no_use_are_named_by_their_key) {
    std::filesystem::remove(settings.key);
    try {
        make_server_tls(settings);
        ADD_FAILURE() << "made without a key";
    } catch (const startup_error& error) {
        EXPECT_TRUE(std::string{error.what()}.starts_with("http.tls.key: " + settings.key)) << error.what();
    }
}

TEST_F(server_tls_files, are_followed_also_after_a_time_without_them) {
    const auto tls = make_server_tls(settings);
    const auto first = tls->context();
    write();
    follow_until_another_one(*tls, first.get());
    const auto second = tls->context();
    std::filesystem::remove(settings.key);
    EXPECT_THROW(tls->reload_if_changed(), http::tls_error);
    EXPECT_EQ(tls->context(), second);
    write();
    follow_until_another_one(*tls, second.get());
}

}  // namespace
}  // namespace berth::app
