#include "fault/s3_fixture.hpp"
#include "s3/credentials/renewing_credentials.hpp"

#include <atomic>

namespace berth::storage {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::system_clock;

constexpr const char* good_token = "token-of-today";

// Gives the keys of the server with a session token, or fails.
class token_source final : public s3::credentials_source {
public:
    token_source(const test::fake_s3& server, std::vector<std::string> tokens, seconds life)
        : server_{server}, tokens_{std::move(tokens)}, life_{life} {}

    std::string_view name() const override { return "token source"; }
    awaitable<s3::keys_result> fetch() override {
        const std::size_t turn = std::min(asked++, tokens_.size() - 1);
        if (tokens_[turn].empty()) co_return s3::no_keys{"NobodyIsThere"};
        s3::key_set keys{{server_.settings().access_key, server_.settings().secret_key, tokens_[turn]}};
        keys.ends = system_clock::now() + life_;
        co_return std::make_shared<const s3::key_set>(std::move(keys));
    }

    std::size_t asked = 0;

private:
    const test::fake_s3& server_;
    const std::vector<std::string> tokens_;
    const seconds life_;
};

class s3_credentials : public testing::Test {
protected:
    s3_credentials() {
        test::fake_s3::options options;
        options.session_token = good_token;
        server.emplace(options);
        server->put_object("file", "content");
    }

    // A driver whose keys come with these tokens, one after the other; "": no keys.
    s3_driver& driver_with(std::vector<std::string> tokens, seconds life = hours{1}) {
        auto source = std::make_unique<token_source>(*server, std::move(tokens), life);
        source_ = source.get();
        auto options = options_for(*server);
        auto clock = [this] { return system_clock::now() + ahead; };
        options.client.provider = std::make_shared<s3::renewing_credentials>(std::move(source), clock);
        return driver_.emplace(options);
    }
    std::size_t fetches() const { return source_->asked; }

    std::optional<test::fake_s3> server;
    event_loop loop;
    seconds ahead{0};  // what has passed on the clock of the keys

private:
    token_source* source_ = nullptr;
    std::optional<s3_driver> driver_;
};

TEST_F(s3_credentials, sign_with_the_session_token) {
    EXPECT_EQ(loop.run(driver_with({good_token}).find("/file", 100)), "content");
    EXPECT_EQ(server->requests().size(), 1u);
}

TEST_F(s3_credentials, row_27_that_s3_refuses_are_renewed_and_the_request_is_signed_once_more) {
    s3_driver& driver = driver_with({"token-of-yesterday", good_token});
    EXPECT_EQ(loop.run(driver.find("/file", 100)), "content");
    EXPECT_EQ(server->requests().size(), 2u);
    EXPECT_EQ(fetches(), 2u);
}

TEST_F(s3_credentials, that_s3_refuses_in_an_answer_without_a_body_are_renewed_too) {
    s3_driver& driver = driver_with({"token-of-yesterday", good_token});
    EXPECT_EQ(loop.run(driver.stat("/file"))->size_bytes, 7u);
    EXPECT_EQ(fetches(), 2u);
}

TEST_F(s3_credentials, are_renewed_for_every_code_that_says_so) {
    for (const char* code : {"ExpiredToken", "InvalidToken", "TokenRefreshRequired", "InvalidAccessKeyId"}) {
        s3_driver& driver = driver_with({good_token, good_token});
        server->clear_requests();
        server->add_fault({.operation = "GetObject", .what = fault::answer{400, code}});
        failure_of(loop, driver.find("/file", 100));
        EXPECT_EQ(fetches(), 2u) << code;
        EXPECT_EQ(server->requests().size(), 1u) << "the same keys are not tried again";
    }
}

TEST_F(s3_credentials, that_stay_refused_end_the_request_with_the_code) {
    s3_driver& driver = driver_with({"wrong-1", "wrong-2"});
    const std::string text = failure_of(loop, driver.find("/file", 100));
    EXPECT_NE(text.find("InvalidToken"), std::string::npos);
    EXPECT_EQ(text.find("wrong-"), std::string::npos);
    EXPECT_EQ(server->requests().size(), 2u);
}

TEST_F(s3_credentials, that_are_not_there_end_the_request_with_the_sources_words_and_come_later) {
    s3_driver& driver = driver_with({"", good_token});
    EXPECT_NE(failure_of(loop, driver.find("/file", 100)).find("NobodyIsThere"), std::string::npos);
    EXPECT_TRUE(server->requests().empty());
    ahead = seconds{1};
    EXPECT_EQ(loop.run(driver.find("/file", 100)), "content");
}

TEST_F(s3_credentials, presign_no_url_before_they_are_there) {
    s3_driver& driver = driver_with({good_token});
    EXPECT_FALSE(driver.presigned_get("/file", minutes{20}));
    loop.run(driver.find("/file", 100));
    const auto url = driver.presigned_get("/file", minutes{20});
    ASSERT_TRUE(url);
    EXPECT_NE(url->find("X-Amz-Security-Token="), std::string::npos);
    EXPECT_NE(url->find("X-Amz-Expires=1200&"), std::string::npos);
}

TEST(s3_redirect_endpoint, is_where_presigned_urls_lead_and_what_they_are_signed_for) {
    test::fake_s3 server;
    auto options = options_for(server);
    options.client.redirect_endpoint = "https://s3.example";
    const s3_options usual = options_for(server);
    s3_driver driver{options}, other{usual};
    const auto url = driver.presigned_get("/file", std::chrono::minutes{20});
    ASSERT_TRUE(url);
    EXPECT_TRUE(url->starts_with("https://s3.example/test-bucket/file?")) << *url;
    const auto signature = [](const std::string& of) { return of.substr(of.find("X-Amz-Signature=")); };
    EXPECT_NE(signature(*url), signature(*other.presigned_get("/file", std::chrono::minutes{20})));
}

TEST_F(s3_credentials, presign_no_url_that_would_outlive_them) {
    s3_driver& driver = driver_with({good_token}, minutes{10});
    loop.run(driver.find("/file", 100));
    const auto url = driver.presigned_get("/file", minutes{20});
    ASSERT_TRUE(url);
    EXPECT_EQ(url->find("X-Amz-Expires=1200&"), std::string::npos);
    s3_driver& short_lived = driver_with({good_token}, seconds{50});
    loop.run(short_lived.find("/file", 100));
    EXPECT_FALSE(short_lived.presigned_get("/file", minutes{20}));
}

TEST_F(s3_credentials, signed_by_a_wrong_clock_are_signed_again_by_that_of_s3) {
    test::fake_s3::options options;
    options.session_token = good_token;
    options.clock_offset = hours{2};
    server.emplace(options);
    server->put_object("file", "content");
    EXPECT_EQ(loop.run(driver_with({good_token}).find("/file", 100)), "content");
    EXPECT_EQ(server->requests().at(0).code, "RequestTimeTooSkewed");
    EXPECT_EQ(server->requests().size(), 2u);
    EXPECT_EQ(fetches(), 1u);
}

}  // namespace
}  // namespace berth::storage
