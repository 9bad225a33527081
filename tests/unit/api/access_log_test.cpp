#include "api/access_log.hpp"

#include <gtest/gtest.h>

namespace berth::api {
namespace {

class no_body final : public http::request_body {
public:
    std::optional<std::uint64_t> content_length() const override { return 0; }
    awaitable<std::size_t> read_some(asio::mutable_buffer) override { co_return 0; }
};

std::string line_of(const std::optional<std::string>& client, const std::string& user = {}) {
    no_body body;
    http::request asked{http::verb::get,
                        "GET",
                        "/v2/?a=b",
                        11,
                        {},
                        asio::ip::tcp::endpoint{asio::ip::make_address("10.0.0.7"), 1},
                        body};
    asked.client_certificate_subject = client;
    asked.user = user;
    asked.headers.set(http::field::user_agent, "docker/20.10");
    return combined_log_line({asked, http::status::ok, 2, {}}, wall_time{std::chrono::seconds{0}});
}

TEST(access_log, is_in_combined_log_format) {
    EXPECT_EQ(line_of(std::nullopt),
              "10.0.0.7 - - [01/Jan/1970:00:00:00 +0000] \"GET /v2/?a=b HTTP/1.1\" 200 2 \"\" \"docker/20.10\"");
}

TEST(access_log, names_who_has_shown_a_certificate_in_one_word) {
    EXPECT_TRUE(line_of("node-7").starts_with("10.0.0.7 - node-7 [01/"));
    EXPECT_TRUE(line_of("Jane \"Doe\"\n[x").starts_with("10.0.0.7 - Jane_\\\"Doe\\\"?[x [01/"));
}

TEST(access_log, names_who_was_let_in_before_who_has_shown_a_certificate) {
    EXPECT_TRUE(line_of(std::nullopt, "jane").starts_with("10.0.0.7 - jane [01/"));
    EXPECT_TRUE(line_of("node-7", "jane").starts_with("10.0.0.7 - jane [01/"));
}

}  // namespace
}  // namespace berth::api
