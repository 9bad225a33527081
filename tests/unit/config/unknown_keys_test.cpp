#include "config/unknown_keys.hpp"

#include "config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::config {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string start = "version: 0.1\nstorage: inmemory\n";

TEST(nearest_key, corrects_a_slip_of_the_finger) {
    EXPECT_EQ(nearest_key("storage.s3.chunksise"), "storage.s3.chunksize");
    EXPECT_EQ(nearest_key("storage.s3.Bucket"), "storage.s3.bucket");
    EXPECT_EQ(nearest_key("storrage"), "storage");
    EXPECT_EQ(nearest_key("http.header"), "http.headers");
    EXPECT_EQ(nearest_key("http.debgu"), "http.debug");
}

TEST(nearest_key, finds_a_key_at_the_wrong_depth) {
    EXPECT_EQ(nearest_key("bucket"), "storage.s3.bucket");
    EXPECT_EQ(nearest_key("storage.draintimeout"), "http.draintimeout");
}

TEST(nearest_key, guesses_nothing_where_nothing_is_near) {
    EXPECT_EQ(nearest_key("storage.s3.flavour"), std::nullopt);
    EXPECT_EQ(nearest_key("zzz"), std::nullopt);
    EXPECT_EQ(nearest_key("http.enabled"), std::nullopt);
}

TEST(unknown_keys, warn_with_their_line_and_the_nearest_key) {
    const loaded result = load_text(start + "http:\n  adr: :5000\n", "f", {});
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.findings[0].severity, severity::warning);
    EXPECT_EQ(result.findings[0].line, 4);
    EXPECT_EQ(result.findings[0].key, "http.adr");
    EXPECT_THAT(result.findings[0].text, HasSubstr("http.addr"));
}

TEST(unknown_keys, do_not_exist_where_names_are_free) {
    EXPECT_TRUE(load_text(start + "log: {fields: {anything: 1, else: x}}\n", "f", {}).findings.empty());
}

TEST(unknown_keys, include_keys_written_twice) {
    const loaded result = load_text(start + "loglevel: info\nloglevel: debug\n", "f", {});
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.findings[0].severity, severity::warning);
    EXPECT_EQ(result.findings[0].line, 3);
    EXPECT_EQ(result.settings.log.threshold, berth::log::level::debug);
}

TEST(unknown_keys, are_an_error_where_a_group_is_only_a_word) {
    for (const char* text : {"http: ':5000'", "health: {storagedriver: true}", "http: [a]"}) {
        const loaded result = load_text(start + text, "f", {});
        EXPECT_FALSE(result.usable()) << text;
        EXPECT_EQ(result.findings.size(), 1U) << text;
    }
}

TEST(unknown_keys, never_show_what_could_be_a_secret) {
    for (const char* s3 :
         {"{secretkey:hunter2, bucket: b}", "{secretkey=hunter2: , bucket: b}", "secretkey:hunter2", "{[hunter2]: a}",
          "{secretkey hunter2: x}", "[hunter2]", "*hunter2", "{secretkey: [hunter2]}", "{secretkey: {hunter2: x}}",
          "{chunksize: hunter2}", "{encrypt: hunter2}", "{region: 'hunter2 '}", "{storageclass: hunter2}",
          "{regionendpoint: 'hunter2 '}"}) {
        const loaded result = load_text("version: 0.1\nstorage:\n  s3: " + std::string{s3} + "\n", "f", {});
        EXPECT_FALSE(result.usable()) << s3;
        for (const finding& f : result.findings) EXPECT_THAT(f.str(), Not(HasSubstr("hunter2"))) << s3;
    }
}

}  // namespace
}  // namespace berth::config
