#include "oci/digest.hpp"
#include "service/s3_app.hpp"

#include <gtest/gtest.h>

#include <set>

namespace berth {

namespace fault = test::fault;
using http::verb;
using test::answer;
using test::running_app;

namespace {

constexpr const char* manifest_type = "application/vnd.oci.image.manifest.v1+json";

struct trouble {
    const char* name;
    fault::action what;
    bool late = false;          // Within a 200: only what takes the server long is answered so.
    bool told_by_code = false;  // An answer without a body, as to HEAD, cannot say it.
};

void PrintTo(const trouble& one, std::ostream* out) {
    *out << one.name;
}

const trouble passing[] = {
    {"throttled", fault::answer{503, "SlowDown"}},
    {"failed", fault::answer{500, "InternalError"}},
    {"failed_but_done", fault::answer{500, "InternalError", true}},
    {"slow_sender", fault::answer{400, "RequestTimeout"}, false, true},
    {"wrong_clock", fault::answer{403, "RequestTimeTooSkewed"}, false, true},
    {"reset_before_the_answer", fault::broken_answer{}},
    {"short_answer", fault::broken_answer{fault::broken_answer::end::close, 7}},
    {"reset_within_the_answer", fault::broken_answer{fault::broken_answer::end::reset, 7}},
    {"reset_within_the_request", fault::broken_request{}},
    {"error_in_ok", fault::error_in_ok{}, true},
};

const trouble lasting[] = {
    {"throttled", fault::answer{503, "SlowDown"}},
    {"failed", fault::answer{500, "InternalError"}},
    {"denied", fault::answer{403, "AccessDenied"}},
    {"expired", fault::answer{400, "ExpiredToken"}},
    {"wrong_clock", fault::answer{403, "RequestTimeTooSkewed"}},
    {"reset", fault::broken_answer{}},
    {"reset_within_the_request", fault::broken_request{}},
};

bool happens(const trouble& what, const std::string& operation) {
    if (what.told_by_code) return operation != "HeadObject";
    return !what.late || operation == "CopyObject" || operation == "UploadPartCopy" ||
           operation == "CompleteMultipartUpload";
}

std::string bytes_of_layer(unsigned number) {
    std::string bytes(17 << 20, static_cast<char>('a' + number % 26));
    return bytes.replace(0, 8, std::to_string(10'000'000 + number));
}

class s3_trouble : public testing::TestWithParam<trouble> {
protected:
    s3_trouble() { test::wait_for_probe(s3); }

    // As docker pushes: the layer, the config, the manifest that names both.
    void push(unsigned number) {
        const std::string layer = bytes_of_layer(number);
        const std::string config = "{\"n\":" + std::to_string(number) + "}";
        for (const std::string& blob : {layer, config}) {
            const answer begun = app.send(verb::post, "/v2/a/blobs/uploads/");
            ASSERT_EQ(begun.code, 202u);
            const answer patched = app.send(verb::patch, running_app::path_of(begun), blob,
                                            {{"Content-Type", "application/octet-stream"}});
            ASSERT_EQ(patched.code, 202u);
            const std::string place = running_app::path_of(patched);
            const char* more = place.find('?') == std::string::npos ? "?" : "&";
            ASSERT_EQ(app.send(verb::put, place + more + "digest=" + oci::digest::of(blob).str()).code, 201u);
        }
        const std::string manifest =
            std::string{R"({"schemaVersion":2,"mediaType":")"} + manifest_type +
            R"(","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":")" +
            oci::digest::of(config).str() + R"(","size":)" + std::to_string(config.size()) +
            R"(},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":")" +
            oci::digest::of(layer).str() + R"(","size":)" + std::to_string(layer.size()) + "}]}";
        ASSERT_EQ(app.send(verb::put, "/v2/a/manifests/t", manifest, {{"Content-Type", manifest_type}}).code, 201u);
    }

    void pull(unsigned number) {
        const std::string layer = bytes_of_layer(number);
        const std::string digest = oci::digest::of(layer).str();
        const answer manifest = app.get("/v2/a/manifests/t", {{"Accept", manifest_type}});
        ASSERT_EQ(manifest.code, 200u);
        ASSERT_NE(manifest.body.find(digest), std::string::npos);
        ASSERT_EQ(app.send(verb::head, "/v2/a/blobs/" + digest).code, 200u);
        const answer blob = app.get("/v2/a/blobs/" + digest);
        ASSERT_EQ(blob.code, 200u);
        ASSERT_TRUE(blob.body == layer);
    }

    // The operations that S3 was asked for since the last time.
    std::set<std::string> operations() {
        std::set<std::string> names;
        for (const auto& request : s3.requests()) names.insert(request.operation);
        s3.clear_requests();
        return names;
    }

    test::fake_s3 s3;
    running_app app{test::yaml_over(s3, test::keys_of(s3))};
};

class s3_trouble_that_passes : public s3_trouble {};
class s3_trouble_that_lasts : public s3_trouble {};

std::string name_of(const testing::TestParamInfo<trouble>& one) {
    return one.param.name;
}

}  // namespace

TEST_P(s3_trouble_that_passes, goes_unnoticed_by_who_pushes_and_pulls_whatever_operation_it_hits) {
    push(0);
    const auto of_a_push = operations();
    pull(0);
    const auto of_a_pull = operations();
    ASSERT_TRUE(of_a_push.contains("UploadPart"));
    ASSERT_TRUE(of_a_pull.contains("GetObject"));

    unsigned number = 0;
    for (const std::string& operation : of_a_push) {
        if (!happens(GetParam(), operation)) continue;
        SCOPED_TRACE("push, " + operation);
        s3.add_fault({.operation = operation, .what = GetParam().what});
        push(++number);
        s3.clear_faults();
        pull(number);
    }
    for (const std::string& operation : of_a_pull) {
        if (!happens(GetParam(), operation)) continue;
        SCOPED_TRACE("pull, " + operation);
        s3.add_fault({.operation = operation, .what = GetParam().what});
        pull(number);
        s3.clear_faults();
    }
}

INSTANTIATE_TEST_SUITE_P(each, s3_trouble_that_passes, testing::ValuesIn(passing), name_of);

TEST_P(s3_trouble_that_lasts, is_503_with_retry_after_for_every_request_and_ends_when_it_ends) {
    push(0);
    const std::string layer = bytes_of_layer(0);
    const std::string digest = oci::digest::of(layer).str();
    const std::string place = running_app::path_of(app.send(verb::post, "/v2/a/blobs/uploads/"));
    s3.add_fault({.times = fault::always, .what = GetParam().what});
    const std::string small = "fresh bytes";
    const std::pair<verb, std::string> requests[] = {
        {verb::get, "/v2/a/blobs/" + digest},
        {verb::head, "/v2/a/blobs/" + digest},
        {verb::get, "/v2/a/manifests/t"},
        {verb::get, "/v2/a/tags/list"},
        {verb::put,
         place + (place.find('?') == std::string::npos ? "?" : "&") + "digest=" + oci::digest::of(small).str()},
    };
    for (const auto& [method, target] : requests) {
        const answer got = app.send(method, target, method == verb::put ? small : "");
        EXPECT_EQ(got.code, 503u) << target;
        EXPECT_NE(got.header("Retry-After"), "") << target;
    }
    s3.clear_faults();
    pull(0);
    push(1);
}

INSTANTIATE_TEST_SUITE_P(each, s3_trouble_that_lasts, testing::ValuesIn(lasting), name_of);

TEST(s3_trouble_of_rights, row_33_a_node_that_may_only_read_says_so_and_asks_once) {
    test::fake_s3 s3;
    running_app app{test::yaml_over(s3, test::keys_of(s3))};
    test::wait_for_probe(s3);
    s3.clear_requests();
    for (const char* operation : {"PutObject", "CreateMultipartUpload", "CopyObject", "DeleteObject"})
        s3.add_fault({.operation = operation, .times = fault::always, .what = fault::answer{403, "AccessDenied"}});
    const answer begun = app.send(verb::post, "/v2/a/blobs/uploads/");
    EXPECT_EQ(begun.code, 403u);
    EXPECT_NE(begun.body.find("DENIED"), std::string::npos) << begun.body;
    const std::string bytes(20 << 20, 'x');
    EXPECT_EQ(app.send(verb::post, "/v2/a/blobs/uploads/?digest=" + oci::digest::of(bytes).str(), bytes).code, 403u);
    EXPECT_EQ(s3.count("PutObject"), 1u);
    EXPECT_EQ(s3.count("CreateMultipartUpload"), 1u);
    EXPECT_EQ(app.get("/v2/a/tags/list").code, 404u) << "reads go on";
}

}  // namespace berth
