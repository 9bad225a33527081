#include "config/overlay.hpp"

#include "config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace berth::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

const std::string file = R"(version: 0.1
storage:
  s3: {region: r, bucket: b}
http:
  headers:
    X-Foo: [a]
)";

loaded load_with(const environment& variables) {
    return load_text(file, "f", variables);
}

TEST(overlay, replaces_and_creates_keys) {
    const loaded result = load_with({{"REGISTRY_STORAGE_S3_REGION", "eu-central-1"},
                                     {"REGISTRY_LOG_LEVEL", "debug"},
                                     {"REGISTRY_HEALTH_STORAGEDRIVER_ENABLED", "true"}});
    EXPECT_THAT(result.findings, IsEmpty());
    EXPECT_EQ(result.settings.storage.s3.region, "eu-central-1");
    EXPECT_EQ(result.settings.log.threshold, berth::log::level::debug);
    EXPECT_TRUE(result.settings.health.enabled);
}

TEST(overlay, reads_a_value_as_yaml) {
    const loaded result = load_with({{"REGISTRY_HTTP_HEADERS", "{X-Bar: [b, c]}"},
                                     {"REGISTRY_STORAGE_S3_KEYID", "\"k\""},
                                     {"REGISTRY_STORAGE_S3_ENCRYPT", "'true'"}});
    EXPECT_THAT(result.findings, IsEmpty());
    EXPECT_THAT(result.settings.http.headers, ElementsAre(Pair("X-Bar", ElementsAre("b", "c"))));
    EXPECT_EQ(result.settings.storage.s3.key_id, "k");
    EXPECT_TRUE(result.settings.storage.s3.encrypt);
}

TEST(overlay, finds_existing_keys_in_whatever_case) {
    const loaded result = load_with({{"REGISTRY_HTTP_HEADERS_X-FOO", "[z]"}});
    EXPECT_THAT(result.settings.http.headers, ElementsAre(Pair("X-Foo", ElementsAre("z"))));
}

TEST(overlay, knows_the_other_name_of_s3) {
    EXPECT_EQ(load_with({{"REGISTRY_STORAGE_S3AWS_BUCKET", "other"}}).settings.storage.s3.bucket, "other");
}

TEST(overlay, replaces_the_whole_storage_before_it_sets_single_keys) {
    const loaded result =
        load_with({{"REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", "/x"}, {"REGISTRY_STORAGE", "filesystem"}});
    EXPECT_THAT(result.findings, IsEmpty());
    EXPECT_EQ(result.settings.storage.driver, storage_driver::filesystem);
    EXPECT_EQ(result.settings.storage.filesystem.root_directory, "/x");
}

TEST(overlay, takes_secrets_as_they_stand) {
    for (const std::string secret : {"*a", "&a", "a: b", "a #b", "[a", "%a", "@a", "!a", "'a", "0123", "0x10", "true",
                                     "null", "ab/cd+ef==", "{a}", "- a"}) {
        const loaded result =
            load_with({{"REGISTRY_STORAGE_S3_ACCESSKEY", secret}, {"REGISTRY_STORAGE_S3_SECRETKEY", secret}});
        EXPECT_THAT(result.findings, IsEmpty()) << secret;
        EXPECT_EQ(result.settings.storage.s3.access_key, secret);
        EXPECT_EQ(result.settings.storage.s3.secret_key, secret);
    }
}

TEST(overlay, takes_the_quotes_off_a_quoted_secret) {
    EXPECT_EQ(load_with({{"REGISTRY_HTTP_SECRET", "\"a b\""}}).settings.http.secret, "a b");
    EXPECT_EQ(load_with({{"REGISTRY_HTTP_SECRET", "'0123'\n"}}).settings.http.secret, "0123");
}

TEST(overlay, takes_an_empty_value_as_absent) {
    const loaded result = load_with({{"REGISTRY_HTTP_SECRET", ""}, {"REGISTRY_STORAGE_S3_REGIONENDPOINT", ""}});
    EXPECT_THAT(result.findings, IsEmpty());
    EXPECT_EQ(result.settings.http.secret, "");
}

TEST(overlay, only_warns_of_a_name_that_is_no_key) {
    const loaded result = load_with({{"REGISTRY_PORT", "tcp://10.0.0.1:5000"},
                                     {"REGISTRY_PORT_5000_TCP", "tcp://10.0.0.1:5000"},
                                     {"REGISTRY_", "["},
                                     {"REGISTRY_HTTP_ADR", ":1"}});
    EXPECT_TRUE(result.usable());
    ASSERT_EQ(result.findings.size(), 4U);
    for (const finding& f : result.findings) {
        EXPECT_EQ(f.severity, severity::warning);
        EXPECT_TRUE(f.file.starts_with("REGISTRY_")) << f.str();
        EXPECT_EQ(f.line, 0);
    }
}

TEST(overlay, passes_over_what_is_no_override) {
    EXPECT_THAT(load_with({{"REGISTRY_CONFIGURATION_PATH", "["}, {"HOME", "["}, {"registry_http_addr", "x"}}).findings,
                IsEmpty());
}

TEST(overlay, does_not_reach_below_a_value_or_into_a_list_by_what_is_no_number) {
    const loaded result = load_with({{"REGISTRY_STORAGE_S3_BUCKET_X", "y"}, {"REGISTRY_HTTP_HEADERS_X-Foo_A", "y"}});
    EXPECT_TRUE(result.usable());
    EXPECT_EQ(result.findings.size(), 2U);
    EXPECT_EQ(result.settings.storage.s3.bucket, "b");
}

TEST(overlay, reaches_into_a_list_by_the_numbers_of_its_elements) {
    const std::string two = file + "notifications: {endpoints: [{name: a, url: 'http://a/'}]}\n";
    const loaded result = load_text(two, "f",
                                    {{"REGISTRY_NOTIFICATIONS_ENDPOINTS_0_URL", "http://x/"},
                                     {"REGISTRY_NOTIFICATIONS_ENDPOINTS_1_IGNORE_ACTIONS", "[pull]"},
                                     {"REGISTRY_NOTIFICATIONS_ENDPOINTS_1_NAME", "b"},
                                     {"REGISTRY_NOTIFICATIONS_ENDPOINTS_1_URL", "http://b/"},
                                     {"REGISTRY_HTTP_HEADERS_X-FOO_0", "z"}});
    EXPECT_THAT(result.findings, IsEmpty());
    const auto& endpoints = result.settings.notifications.endpoints;
    ASSERT_EQ(endpoints.size(), 2U);
    EXPECT_EQ(endpoints[0].name, "a");
    EXPECT_EQ(endpoints[0].url, "http://x/");
    EXPECT_EQ(endpoints[1].name, "b");
    EXPECT_THAT(endpoints[1].ignored_actions, ElementsAre("pull"));
    EXPECT_THAT(result.settings.http.headers, ElementsAre(Pair("X-Foo", ElementsAre("z"))));
}

TEST(overlay, begins_a_list_with_its_element_0_and_goes_on_by_one) {
    const loaded result = load_with({{"REGISTRY_HEALTH_FILE_0_FILE", "/a"}, {"REGISTRY_HEALTH_FILE_1_FILE", "/b"}});
    EXPECT_THAT(result.findings, IsEmpty());
    ASSERT_EQ(result.settings.health.files.size(), 2U);
    EXPECT_EQ(result.settings.health.files[1].target, "/b");
    const loaded gap = load_with({{"REGISTRY_HEALTH_FILE_0_FILE", "/a"}, {"REGISTRY_HEALTH_FILE_2_FILE", "/b"}});
    EXPECT_FALSE(gap.usable());
    ASSERT_EQ(gap.findings.size(), 1U);
    EXPECT_EQ(gap.findings[0].file, "REGISTRY_HEALTH_FILE_2_FILE");
}

TEST(overlay, names_the_variable_of_a_key_that_no_element_of_a_list_has) {
    const loaded result = load_with({{"REGISTRY_HEALTH_FILE_0_FILE", "/a"}, {"REGISTRY_HEALTH_FILE_0_TRESHOLD", "2"}});
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.findings[0].file, "REGISTRY_HEALTH_FILE_0_TRESHOLD");
    EXPECT_THAT(result.findings[0].text, HasSubstr("threshold"));
}

TEST(overlay, names_the_variable_of_a_bad_value_and_never_the_value) {
    for (const char* name : {"REGISTRY_HTTP_HOST", "REGISTRY_STORAGE_S3_CHUNKSIZE", "REGISTRY_STORAGE", "REGISTRY_HTTP",
                             "REGISTRY_HEALTH_STORAGEDRIVER_INTERVAL", "REGISTRY_LOG_LEVEL"}) {
        for (const char* value : {"[hunter2", "*hunter2", "hunter2 x", "{hunter2: hunter2}", "[hunter2]"}) {
            const loaded result = load_with({{name, value}});
            EXPECT_FALSE(result.findings.empty()) << name << value;
            if (std::string{name} == "REGISTRY_HTTP" || std::string{name} == "REGISTRY_STORAGE") continue;
            for (const finding& f : result.findings) {
                EXPECT_EQ(f.file, name);
                EXPECT_THAT(f.str(), Not(HasSubstr("hunter2")));
            }
        }
    }
}

TEST(overlay, takes_only_its_own_variables_of_the_process) {
    setenv("REGISTRY_BERTH_TEST", "a=b", 1);
    setenv("BERTH_TEST", "x", 1);
    const environment own = process_environment();
    EXPECT_EQ(own.at("REGISTRY_BERTH_TEST"), "a=b");
    EXPECT_FALSE(own.contains("BERTH_TEST"));
    unsetenv("REGISTRY_BERTH_TEST");
    unsetenv("BERTH_TEST");
}

}  // namespace
}  // namespace berth::config
