#include "config/effective.hpp"

#include <gtest/gtest.h>

namespace berth::config {
namespace {

loaded sound(std::string_view yaml, const environment& environment = {}) {
    loaded read = load_text(yaml, "f", environment);
    EXPECT_TRUE(read.usable()) << read.findings.front().str();
    return read;
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

constexpr std::string_view s3 = R"(
version: 0.1
loglevel: debug
storage:
  s3: {region: eu-central-1, regionendpoint: "127.0.0.1:7480", bucket: images, chunksize: 0x600000}
  cache: {blobdescriptor: inmemory}
http:
  addr: 127.0.0.1:5000
  headers: {X-Content-Type-Options: [nosniff]}
)";

TEST(effective, is_read_as_what_it_was_made_from) {
    for (const std::string_view yaml : {s3, default_yaml()}) {
        const loaded first = sound(yaml);
        const loaded again = sound(effective_yaml(first));
        EXPECT_EQ(again.settings, first.settings) << effective_yaml(first);
        EXPECT_TRUE(again.findings.empty());
    }
}

TEST(effective, has_the_defaults_of_what_is_used_only) {
    const std::string text = effective_yaml(sound(s3));
    EXPECT_TRUE(contains(text, "multipartcopychunksize: 33554432")) << text;
    EXPECT_TRUE(contains(text, "draintimeout: 0s"));
    EXPECT_FALSE(contains(text, "maxthreads"));
    EXPECT_FALSE(contains(text, "staleiferror"));
    EXPECT_FALSE(contains(text, "forcepathstyle")) << "the region's endpoint has decided it";
    EXPECT_FALSE(contains(text, "level: info")) << "loglevel has decided it";
}

TEST(effective, has_what_the_environment_says) {
    const std::string text = effective_yaml(sound(s3, {{"REGISTRY_STORAGE_S3_BUCKET", "others"}}));
    EXPECT_TRUE(contains(text, "bucket: others"));
    EXPECT_FALSE(contains(text, "images"));
}

TEST(effective, shows_no_secret) {
    const std::string text = effective_yaml(sound(s3, {{"REGISTRY_STORAGE_S3_ACCESSKEY", "AKIA1"},
                                                       {"REGISTRY_STORAGE_S3_SECRETKEY", "s3cr3t"},
                                                       {"REGISTRY_HTTP_SECRET", "also"}}));
    for (const std::string_view secret : {"AKIA1", "s3cr3t", "also"}) EXPECT_FALSE(contains(text, secret)) << text;
    EXPECT_TRUE(contains(text, "secretkey: (secret)"));
}

TEST(effective, shows_no_header_of_a_notification) {
    const std::string text = effective_yaml(sound(R"(
version: 0.1
storage: inmemory
notifications:
  endpoints:
    - {name: sink, url: "http://127.0.0.1:1", headers: {Authorization: [Bearer s3cr3t]}}
)"));
    EXPECT_FALSE(contains(text, "s3cr3t")) << text;
    EXPECT_TRUE(contains(text, "name: sink"));
}

TEST(effective, shows_nothing_that_is_ignored_or_unknown_and_could_be_a_secret) {
    const std::string text = effective_yaml(sound(R"(
version: 0.1
storage: {s3: {region: r, bucket: b, accesskey: k, secretkey: k, sekretkey: s3cr3t-1}}
log: {hooks: [{type: mail, options: {smtp: {password: s3cr3t-2}}}]}
redis: {addr: "127.0.0.1:6379", password: s3cr3t-3}
reporting: {bugsnag: {apikey: s3cr3t-4}}
notifications:
  endpoints: [{name: sink, url: "http://127.0.0.1:1", headders: {Authorization: [s3cr3t-5]}}]
tokens: {of: {mine: [s3cr3t-6, {a: s3cr3t-7}]}}
http: {addr: ":5000", secret:s3cr3t-8, headers: {authorization: [s3cr3t-10], X-From: ["https://user:s3cr3t-11@host/path"]}}
health: {file: [{file: /x, headers:s3cr3t-9}]}
)"));
    EXPECT_FALSE(contains(text, "s3cr3t")) << text;
    for (const std::string_view kept :
         {"sekretkey", "headders", "bucket: b", "name: sink", "type:", "https://(secret)@host/path"})
        EXPECT_TRUE(contains(text, kept)) << kept << " in " << text;
}

}  // namespace
}  // namespace berth::config
