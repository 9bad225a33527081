#include "config/check_redis.hpp"

#include "config/effective.hpp"
#include "config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::config {
namespace {

using testing::HasSubstr;
using testing::Not;

loaded load(const std::string& redis, const environment& environment = {}) {
    return load_text("version: 0.1\nstorage: {inmemory: {}, cache: {blobdescriptor: redis}}\nredis: " + redis + "\n",
                     "f", environment);
}

void expect_one(const loaded& result, severity severity, const std::string& key) {
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.findings[0].severity, severity);
    EXPECT_EQ(result.findings[0].key, key) << result.findings[0].str();
}

TEST(redis, the_form_of_version_2_is_read) {
    const loaded result = load(
        "{addr: 'r:6379', password: p, db: 2, dialtimeout: 10ms, readtimeout: 20ms, writetimeout: 30ms, "
        "pool: {maxidle: 1, maxactive: 2, idletimeout: 300s}}");
    EXPECT_TRUE(result.findings.empty());
    EXPECT_TRUE(result.settings.storage.cache.shared_by_redis);
    redis_settings expected;
    expected.addresses = {"r:6379"};
    expected.password = "p";
    expected.database = 2;
    expected.dial_timeout = std::chrono::milliseconds{10};
    expected.read_timeout = std::chrono::milliseconds{20};
    expected.write_timeout = std::chrono::milliseconds{30};
    expected.max_idle = 1;
    expected.max_active = 2;
    EXPECT_EQ(result.settings.redis, expected);
}

TEST(redis, the_form_of_version_3_is_read) {
    const loaded result = load(
        "{addrs: ['r:6379'], username: u, password: p, db: 2, clientname: c, maxidleconns: 1, poolsize: 2, "
        "connmaxidletime: 1m, tls: {certificate: c.pem, key: k.pem, rootcas: [ca.pem]}}");
    EXPECT_TRUE(result.findings.empty());
    redis_settings expected;
    expected.addresses = {"r:6379"};
    expected.username = "u";
    expected.password = "p";
    expected.database = 2;
    expected.client_name = "c";
    expected.max_idle = 1;
    expected.max_active = 2;
    expected.idle_timeout = std::chrono::minutes{1};
    expected.tls = {"c.pem", "k.pem", {"ca.pem"}};
    EXPECT_EQ(result.settings.redis, expected);
}

TEST(redis, a_password_of_the_environment_is_taken_as_it_stands) {
    const loaded result = load("{addr: 'r:6379'}", {{"REGISTRY_REDIS_PASSWORD", "*a: b"}});
    EXPECT_TRUE(result.findings.empty());
    EXPECT_EQ(result.settings.redis.password, "*a: b");
}

TEST(redis, zeros_leave_the_defaults_as_registry_2_has_it) {
    const loaded result = load("{addr: 'r:6379', readtimeout: 0s, pool: {maxactive: 0}}");
    EXPECT_TRUE(result.findings.empty());
    EXPECT_EQ(result.settings.redis.max_active, redis_settings{}.max_active);
    EXPECT_EQ(result.settings.redis.read_timeout, redis_settings{}.read_timeout);
}

TEST(redis, without_an_address_it_cannot_be_used) {
    for (const char* text : {"", "{}", "{addr: ''}", "{addrs: []}", "{db: 1}"}) {
        SCOPED_TRACE(text);
        expect_one(load(text), severity::error, "redis.addr");
    }
}

TEST(redis, what_is_no_address_is_refused) {
    expect_one(load("{addr: redis}"), severity::error, "redis.addr");
    expect_one(load("{addrs: ['redis://r:6379']}"), severity::error, "redis.addrs");
}

TEST(redis, clusters_and_sentinels_are_refused) {
    expect_one(load("{addrs: ['a:1', 'b:1']}"), severity::error, "redis.addrs");
    expect_one(load("{addrs: ['a:1'], mastername: m}"), severity::error, "redis.mastername");
}

TEST(redis, a_certificate_needs_its_key_and_a_key_its_certificate) {
    expect_one(load("{addr: 'a:1', tls: {certificate: c}}"), severity::error, "redis.tls.key");
    expect_one(load("{addr: 'a:1', tls: {key: k}}"), severity::error, "redis.tls.certificate");
}

TEST(redis, a_key_without_effect_gets_one_warning_that_says_why) {
    for (const char* key :
         {"sentinelusername", "sentinelpassword", "protocol", "maxretries", "minretrybackoff", "maxretrybackoff",
          "contexttimeoutenabled", "poolfifo", "pooltimeout", "minidleconns", "connmaxlifetime", "maxredirects",
          "readonly", "routebylatency", "routerandomly", "disableidentity", "identitysuffix", "unstableresp3"}) {
        const loaded result = load("{addr: 'a:1', " + std::string{key} + ": 1}");
        expect_one(result, severity::warning, "redis." + std::string{key});
        EXPECT_THAT(result.findings.front().text, HasSubstr("ignored: ")) << key;
    }
}

TEST(redis, that_nothing_uses_gets_one_warning_whatever_is_in_it) {
    for (const char* text : {"{addr: x}", "{addrs: ['a:1', 'b:1'], mastername: m, maxretries: 3}"})
        expect_one(load_text("version: 0.1\nstorage: inmemory\nredis: " + std::string{text} + "\n", "f", {}),
                   severity::warning, "redis");
}

TEST(redis, its_secrets_are_not_shown) {
    const std::string text = effective_yaml(load("{addr: 'r:6379', password: s3cr3t-1, sentinelpassword: s3cr3t-2}"));
    EXPECT_THAT(text, Not(HasSubstr("s3cr3t")));
    EXPECT_THAT(text, HasSubstr("readtimeout: 500ms"));
}

}  // namespace
}  // namespace berth::config
