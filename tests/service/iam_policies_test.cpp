// The policies in packaging/iam allow what nodes ask of S3, request by request.
#include "oci/json_reading.hpp"
#include "registry/garbage_collector.hpp"
#include "service/s3_app.hpp"
#include "storage/s3/s3_driver.hpp"
#include "support/artifact.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

namespace berth {

using http::verb;
using test::running_app;

namespace {

namespace json = boost::json;

std::vector<std::string> texts(const json::value& one_or_more) {
    if (one_or_more.is_string()) return {std::string{one_or_more.get_string()}};
    std::vector<std::string> all;
    for (const auto& one : one_or_more.as_array()) all.emplace_back(one.as_string());
    return all;
}

class policy {
public:
    explicit policy(const std::string& name) {
        std::ifstream file{BERTH_SOURCE_DIR "/packaging/iam/" + name + ".json"};
        std::ostringstream text;
        text << file.rdbuf();
        const auto read = oci::parse_object(text.str(), 10);
        for (const auto& statement : read.value().at("Statement").as_array())
            for (const std::string& action : texts(statement.at("Action")))
                for (const std::string& resource : texts(statement.at("Resource"))) allowed_.emplace(action, resource);
    }

    // A batch of deletes does not say its keys here.
    bool allows(const std::string& action, const std::string& key) const {
        const std::string bucket = "arn:aws:s3:::BUCKET";
        const auto [first, last] = allowed_.equal_range(action);
        for (auto at = first; at != last; ++at) {
            const std::string& pattern = at->second;
            const bool is_for_keys = pattern.ends_with("/*");
            if (!is_for_keys && pattern == bucket && action.starts_with("s3:List")) return true;
            if (is_for_keys && key.empty()) return true;
            if (is_for_keys && (bucket + "/" + key).starts_with(pattern.substr(0, pattern.size() - 1))) return true;
        }
        return false;
    }

private:
    std::multimap<std::string, std::string> allowed_;
};

std::vector<std::string> actions_of(const std::string& operation) {
    static const std::map<std::string, std::vector<std::string>> known{
        {"GetObject", {"s3:GetObject"}},
        {"HeadObject", {"s3:GetObject"}},
        {"PutObject", {"s3:PutObject"}},
        {"CopyObject", {"s3:GetObject", "s3:PutObject"}},
        {"CreateMultipartUpload", {"s3:PutObject"}},
        {"UploadPart", {"s3:PutObject"}},
        {"UploadPartCopy", {"s3:GetObject", "s3:PutObject"}},
        {"CompleteMultipartUpload", {"s3:PutObject"}},
        {"AbortMultipartUpload", {"s3:AbortMultipartUpload"}},
        {"DeleteObject", {"s3:DeleteObject"}},
        {"DeleteObjects", {"s3:DeleteObject"}},
        {"ListObjectsV2", {"s3:ListBucket"}},
        {"ListMultipartUploads", {"s3:ListBucketMultipartUploads"}}};
    return known.at(operation);
}

void expect_allowed(const test::fake_s3& s3, const std::string& name) {
    const policy of{name};
    EXPECT_FALSE(s3.requests().empty());
    for (const auto& request : s3.requests())
        for (const std::string& action : actions_of(request.operation))
            EXPECT_TRUE(of.allows(action, request.key)) << name << ": " << request.operation << " of " << request.key;
}

const std::string uploads = "/v2/team/net/blobs/uploads/";

}  // namespace

class iam_policies : public testing::Test {
protected:
    std::unique_ptr<running_app> node() {
        std::string yaml = test::yaml_over(s3, test::keys_of(s3));
        const std::string storage = "storage: {";
        yaml.insert(yaml.find(storage) + storage.size(), "delete: {enabled: true}, ");
        return std::make_unique<running_app>(yaml);
    }
    // In every way, and with every removal.
    void push(running_app& at) {
        const std::string large(12 << 20, 'x');
        const std::string digest = oci::digest::of(large).str();
        for (int i = 0; i < 2; ++i) {
            const std::string location = running_app::path_of(at.send(verb::post, uploads));
            at.send(verb::patch, location, large);
            EXPECT_EQ(at.send(verb::put, location + "?digest=" + digest).code, 201u);
        }
        EXPECT_EQ(at.send(verb::post, uploads + "?digest=" + oci::digest::of("small").str(), "small").code, 201u);
        const std::string cancelled = running_app::path_of(at.send(verb::post, uploads));
        at.send(verb::patch, cancelled, large);
        EXPECT_EQ(at.send(verb::delete_, cancelled).code, 204u);
        const std::string config = at.push_blob("team/net", "{}");
        manifest =
            R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":)"
            R"("application/vnd.oci.image.config.v1+json","digest":")" +
            config + R"(","size":2},"layers":[]})";
        for (const char* tag : {"1", "2"})
            EXPECT_EQ(at.send(verb::put, std::string{"/v2/team/net/manifests/"} + tag, manifest,
                              {{"Content-Type", "application/vnd.oci.image.manifest.v1+json"}})
                          .code,
                      201u);
    }

    test::fake_s3 s3;
    std::string manifest;
};

TEST_F(iam_policies, a_pusher_needs_no_more) {
    const auto at = node();
    push(*at);
    EXPECT_EQ(at->send(verb::delete_, "/v2/team/net/manifests/2").code, 202u);
    EXPECT_EQ(at->send(verb::delete_, "/v2/team/net/manifests/" + oci::digest::of(manifest).str()).code, 202u);
    EXPECT_EQ(at->send(verb::delete_, "/v2/team/net/blobs/" + oci::digest::of("small").str()).code, 202u);
    expect_allowed(s3, "pusher");
}

TEST_F(iam_policies, a_puller_needs_no_more) {
    push(*node());
    s3.clear_requests();
    const auto at = node();
    for (const char* target :
         {"/v2/team/net/manifests/1", "/v2/team/net/tags/list", "/v2/_catalog", "/v2/team/net/manifests/none",
          "/v2/team/net/referrers/sha256:0000000000000000000000000000000000000000000000000000000000000000"})
        at->get(target);
    EXPECT_EQ(at->get("/v2/team/net/blobs/" + oci::digest::of("small").str()).body, "small");
    expect_allowed(s3, "puller");
}

TEST_F(iam_policies, a_collector_needs_no_more) {
    const auto at = node();
    push(*at);
    EXPECT_EQ(at->send(verb::delete_, "/v2/team/net/manifests/2").code, 202u);
    s3.clear_requests();
    auto options = storage::s3_options{};
    options.client.bucket.bucket = s3.settings().bucket;
    options.client.bucket.region = "us-east-1";
    options.client.bucket.region_endpoint = s3.endpoint();
    options.client.keys = {s3.settings().access_key, s3.settings().secret_key, ""};
    storage::s3_driver driver{options};
    registry::garbage_collector collector{
        driver, {.delete_untagged = true, .grace = std::chrono::seconds{0}, .quarantine = std::chrono::seconds{0}}};
    const auto counts = test::run(collector.collect());
    EXPECT_GT(counts.blobs, 0u);
    expect_allowed(s3, "collector");
}

TEST(iam_policies_themselves, do_not_allow_what_the_others_are_for) {
    const std::string data = "docker/registry/v2/blobs/sha256/ab/abcd/data";
    EXPECT_FALSE(policy{"puller"}.allows("s3:PutObject", data));
    EXPECT_FALSE(policy{"pusher"}.allows("s3:DeleteObject", data));
    EXPECT_TRUE(policy{"collector"}.allows("s3:DeleteObject", data));
}

}  // namespace berth
