#include "app/startup_check.hpp"

#include "config/load.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace berth::app {
namespace {

std::vector<startup_problem> problems_of(const std::string& storage) {
    const config::loaded read = config::load_text("version: 0.1\nstorage:\n" + storage, "f", {});
    EXPECT_TRUE(read.usable());
    return startup_problems(read.settings);
}

TEST(startup_check, finds_nothing_in_a_sound_configuration) {
    EXPECT_TRUE(problems_of("  inmemory: {}\n").empty());
    EXPECT_TRUE(problems_of("  s3: {region: r, bucket: b, accesskey: a, secretkey: s}\n").empty());
}

TEST(startup_check, finds_what_is_no_image_to_be_warmed) {
    const auto problems = problems_of(
        "  inmemory: {}\n"
        "  cache: {blob: {rootdirectory: /nowhere, maxsize: 1GiB, warm: ['Bad::Name']}}\n");
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_TRUE(problems[0].text.starts_with("storage.cache.blob.warm: ")) << problems[0].text;
    EXPECT_FALSE(problems[0].is_of_this_machine);
}

TEST(startup_check, tells_credentials_that_are_not_here_from_a_wrong_file) {
    for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"}) unsetenv(name);
    setenv("AWS_ACCESS_KEY_ID", "alone", 1);
    const auto problems = problems_of("  s3: {region: r, bucket: b}\n");
    unsetenv("AWS_ACCESS_KEY_ID");
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_TRUE(problems[0].text.starts_with("storage.s3: ")) << problems[0].text;
    EXPECT_TRUE(problems[0].is_of_this_machine);
}

TEST(startup_check, finds_a_certificate_that_is_not_here) {
    const auto problems =
        problems_of("  inmemory: {}\nhttp: {tls: {certificate: /nowhere/c.pem, key: /nowhere/k.pem}}\n");
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_TRUE(problems[0].text.starts_with("http.tls.certificate: /nowhere/c.pem ")) << problems[0].text;
    EXPECT_TRUE(problems[0].is_of_this_machine);
}

TEST(startup_check, finds_a_file_for_redis_that_is_not_here) {
    const auto problems = problems_of(
        "  inmemory: {}\n  cache: {blobdescriptor: redis}\n"
        "redis: {addr: 'r:6379', tls: {rootcas: [/nowhere/ca.pem]}}\n");
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_TRUE(problems[0].text.starts_with("redis.tls.rootcas: /nowhere/ca.pem ")) << problems[0].text;
    EXPECT_TRUE(problems[0].is_of_this_machine);
}

}  // namespace
}  // namespace berth::app
