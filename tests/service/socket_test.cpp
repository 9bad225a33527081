// On a unix socket all is as on TCP.
#include "support/raw_client.hpp"
#include "support/running_app.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace berth {

namespace {

class socket_node : public testing::Test {
protected:
    const test::temporary_directory folder_;
    const std::string socket_ = folder_.path() / "berth.sock";

    std::string yaml() const {
        return "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
               "storage: {filesystem: {rootdirectory: '" +
               (folder_.path() / "data").string() + "'}}\nhttp: {net: unix, addr: '" + socket_ + "'}\n";
    }

    awaitable<test::answer> exchange(http::verb method, std::string target, std::string body) const {
        http::client client{{.server = {.host = "registry.test", .socket_file = socket_}}};
        http::client_request request;
        request.method = method;
        request.target = std::move(target);
        request.body = body;
        auto response = co_await client.send(request);
        test::answer got{static_cast<unsigned>(response.code), std::move(response.headers), {}};
        got.body = co_await async::read_all(response, 1 << 28);
        co_return got;
    }

    test::answer send(http::verb method, std::string target, std::string body = {}) const {
        return test::run(exchange(method, std::move(target), std::move(body)));
    }
};

}  // namespace

TEST_F(socket_node, takes_and_serves_a_blob_from_its_file) {
    const test::running_app app{yaml()};
    std::string blob(5'000'000, '\0');
    for (std::size_t i = 0; i < blob.size(); ++i) blob[i] = static_cast<char>(i * i >> 7);
    const std::string digest = oci::digest::of(blob).str();
    const test::answer pushed = send(http::verb::post, "/v2/a/blobs/uploads/?digest=" + digest, blob);
    EXPECT_EQ(pushed.code, 201u);
    EXPECT_EQ(pushed.header("Location"), "http://registry.test/v2/a/blobs/" + digest);
    EXPECT_TRUE(send(http::verb::get, "/v2/a/blobs/" + digest).body == blob);
}

TEST_F(socket_node, is_not_pushed_aside_by_another_one_and_goes_with_its_file) {
    test::running_app app{yaml()};
    EXPECT_THROW(test::running_app{yaml()}, app::startup_error);
    EXPECT_EQ(send(http::verb::get, "/v2/").code, 200u);
    test::raw_client idle{socket_};
    EXPECT_TRUE(app.stop());
    EXPECT_EQ(idle.read_to_end(), "");
    EXPECT_FALSE(std::filesystem::exists(socket_));
}

}  // namespace berth
