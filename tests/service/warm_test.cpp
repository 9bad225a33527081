#include "oci/platform.hpp"
#include "service/cached_node.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace berth {
namespace {

namespace json = boost::json;
using http::verb;
using test::answer;
using test::fake_s3;
using test::running_app;

constexpr const char* manifest_type = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* index_type = "application/vnd.oci.image.index.v1+json";

std::string descriptor(const std::string& type, const std::string& bytes, const std::string& more = {}) {
    return R"({"mediaType":")" + type + R"(","digest":")" + oci::digest::of(bytes).str() + R"(","size":)" +
           std::to_string(bytes.size()) + more + "}";
}

std::string platform_json(const oci::platform& platform) {
    return R"(,"platform":{"os":")" + platform.os + R"(","architecture":")" + platform.architecture + "\"}";
}

// Pushes an image of these layers and a config of 2 bytes, and returns its manifest.
std::string push_image(running_app& app, const std::string& reference, const std::vector<std::string>& layers) {
    app.push_blob("team/net", "{}");
    std::string list;
    for (const std::string& layer : layers) {
        app.push_blob("team/net", layer);
        list += (list.empty() ? "" : ",") + descriptor("application/vnd.oci.image.layer.v1.tar", layer);
    }
    const std::string manifest = R"({"schemaVersion":2,"config":)" +
                                 descriptor("application/vnd.oci.image.config.v1+json", "{}") + R"(,"layers":[)" +
                                 list + "]}";
    const std::string by = reference.empty() ? oci::digest::of(manifest).str() : reference;
    EXPECT_EQ(app.send(verb::put, "/v2/team/net/manifests/" + by, manifest, {{"Content-Type", manifest_type}}).code,
              201u);
    return manifest;
}

std::string layer_of(std::size_t size, char content) {
    return std::string(size, content);
}

answer warm_up(running_app& app, const std::string& image, const std::string& parameters = "wait=60s") {
    return app.send(verb::put, "/berth/warm/" + image + "?" + parameters);
}

json::object body_of(const answer& from) {
    return json::parse(from.body).as_object();
}

std::string state_of(const answer& from) {
    return std::string{body_of(from).at("state").as_string()};
}

std::string error_of(const answer& from) {
    return std::string{body_of(from).at("errors").at(0).at("code").as_string()};
}

class warm : public test::cached_node {
protected:
    std::string yaml(const std::string& max_size = "1GiB", const std::string& more = {}) const {
        return yaml_with({.blob = more, .max_size = max_size});
    }
    std::string yaml_without_cache() const { return test::yaml_over(s3_, test::keys_of(s3_)); }

    static std::string with(std::string text, const std::string& place, const std::string& replacement) {
        return text.replace(text.find(place), place.size(), replacement);
    }

    // How often S3 was asked for the blob's bytes.
    std::size_t times_fetched(const std::string& bytes) const {
        const std::string hex = oci::digest::of(bytes).hex();
        const auto all = s3_.requests();
        return static_cast<std::size_t>(std::ranges::count_if(all, [&](const fake_s3::request& request) {
            return request.operation == "GetObject" && request.key.find(hex + "/data") != std::string::npos;
        }));
    }
};

TEST_F(warm, an_image_is_pulled_without_s3_afterwards) {
    running_app app{yaml()};
    const std::string large = layer_of(3'000'000, 'a'), small = layer_of(5'000, 'b');
    const std::string manifest = push_image(app, "v1", {large, small});

    const answer got = warm_up(app, "team/net:v1");
    EXPECT_EQ(got.code, 200u);
    const json::object body = body_of(got);
    EXPECT_EQ(body.at("image"), "team/net:v1");
    EXPECT_EQ(body.at("state"), "warm");
    EXPECT_EQ(body.at("pinned"), false);
    EXPECT_EQ(body.at("bytes"), 3'005'002);
    EXPECT_EQ(body.at("bytes_here"), 3'005'002);
    ASSERT_EQ(body.at("layers").as_array().size(), 3u);
    EXPECT_EQ(body.at("layers").at(1).at("digest").as_string(), oci::digest::of(large).str());
    EXPECT_EQ(body.at("layers").at(1).at("state"), "here");
    EXPECT_EQ(body.at("layers").at(1).at("was_here"), false);

    s3_.stop();
    EXPECT_EQ(app.get("/v2/team/net/manifests/v1").body, manifest);
    for (const std::string& bytes : {large, small, std::string{"{}"}})
        EXPECT_EQ(app.get(blob_url(digest_of(bytes))).body, bytes);
}

TEST_F(warm, an_image_that_is_here_costs_s3_no_blob) {
    running_app app{yaml()};
    const std::string layer = layer_of(300'000, 'a');
    push_image(app, "v1", {layer});
    EXPECT_EQ(warm_up(app, "team/net:v1").code, 200u);
    s3_.clear_requests();
    EXPECT_EQ(warm_up(app, "team/net:v1").code, 200u);
    EXPECT_EQ(times_fetched(layer), 0u);
    const answer last = app.get("/berth/warm/team/net:v1");
    EXPECT_EQ(last.code, 200u);
    EXPECT_EQ(body_of(last).at("layers").at(1).at("was_here"), true);
}

TEST_F(warm, is_told_at_once_what_comes_and_later_how_far_it_is) {
    running_app app{yaml()};
    push_image(app, "v1", {layer_of(6'000'000, 'a')});
    s3_.add_fault({.operation = "GetObject",
                   .key_contains = oci::digest::of(layer_of(6'000'000, 'a')).hex() + "/data",
                   .what = test::fault::delay{std::chrono::milliseconds{500}}});
    const answer begun = warm_up(app, "team/net:v1", "");
    EXPECT_EQ(begun.code, 202u);
    EXPECT_EQ(state_of(begun), "warming");
    EXPECT_EQ(body_of(begun).at("bytes"), 6'000'002);
    EXPECT_EQ(warm_up(app, "team/net:v1", "pin=1").code, 202u) << "the same job, and it pins as well";
    const answer asked = app.get("/berth/warm/team/net:v1?wait=60s");
    EXPECT_EQ(asked.code, 200u);
    EXPECT_EQ(state_of(asked), "warm");
    EXPECT_EQ(body_of(asked).at("pinned"), true);
}

TEST_F(warm, asked_for_by_several_at_once_an_image_comes_once) {
    running_app app{yaml()};
    const std::string layer = layer_of(300'000, 'a');
    push_image(app, "v1", {layer});
    s3_.clear_requests();
    for (int i = 0; i < 5; ++i) EXPECT_LE(warm_up(app, "team/net:v1", "").code, 202u);
    EXPECT_EQ(app.get("/berth/warm/team/net:v1?wait=60s").code, 200u);
    EXPECT_EQ(times_fetched(layer), 1u);
}

TEST_F(warm, of_an_index_comes_what_runs_here_or_what_is_asked_for) {
    running_app app{yaml()};
    const std::string here = layer_of(1'000, 'a'), elsewhere = layer_of(2'000, 'b');
    const std::string own = push_image(app, "", {here}), other = push_image(app, "", {elsewhere});
    const oci::platform sparc{"linux", "sparc64"};
    const std::string index = R"({"schemaVersion":2,"manifests":[)" +
                              descriptor(manifest_type, other, platform_json(sparc)) + "," +
                              descriptor(manifest_type, own, platform_json(oci::platform::of_this_machine())) + "]}";
    app.send(verb::put, "/v2/team/net/manifests/all", index, {{"Content-Type", index_type}});

    EXPECT_EQ(body_of(warm_up(app, "team/net:all")).at("bytes"), 1'002);
    EXPECT_EQ(body_of(warm_up(app, "team/net:all", "wait=60s&platform=linux/sparc64")).at("bytes"), 2'002);
    EXPECT_EQ(body_of(warm_up(app, "team/net:all", "wait=60s&platform=all")).at("bytes"), 3'002);
    const answer none = warm_up(app, "team/net:all", "platform=linux/mips");
    EXPECT_EQ(none.code, 404u);
    EXPECT_NE(none.body.find("linux/sparc64"), std::string::npos) << none.body;
    EXPECT_EQ(body_of(warm_up(app, "team/net@" + oci::digest::of(other).str())).at("bytes"), 2'002)
        << "whoever names a manifest means it";
}

TEST_F(warm, says_what_is_wrong_and_what_to_do) {
    running_app app{yaml("2MiB")};
    push_image(app, "large", {layer_of(1'500'000, 'a'), layer_of(1'500'001, 'b')});
    const std::pair<std::string, std::pair<unsigned, std::string>> cases[] = {
        {"team/net:no", {404, "IMAGE_UNKNOWN"}},
        {"team/net@" + oci::digest::of("x").str(), {404, "IMAGE_UNKNOWN"}},
        {"team/net:large", {507, "DOES_NOT_FIT"}},
        {"Team/Net", {400, "REQUEST_INVALID"}},
        {"team/net:v1?platform=x", {400, "REQUEST_INVALID"}},
        {"team/net:v1?pin=yes", {400, "REQUEST_INVALID"}},
        {"team/net:v1?wait=soon", {400, "REQUEST_INVALID"}},
    };
    for (const auto& [image, expected] : cases) {
        const answer got = app.send(verb::put, "/berth/warm/" + image);
        EXPECT_EQ(got.code, expected.first) << image;
        ASSERT_NE(got.body, "") << image;
        EXPECT_EQ(error_of(got), expected.second) << image;
        const json::object detail = body_of(got).at("errors").at(0).at("detail").as_object();
        EXPECT_FALSE(detail.at("where").as_string().empty()) << image;
        EXPECT_FALSE(detail.at("advice").as_string().empty()) << image;
    }
    EXPECT_EQ(app.get("/berth/warm/team/net:no").code, 404u) << "the last answer";
    const answer never = app.get("/berth/warm/team/net:never");
    EXPECT_EQ(never.code, 404u);
    EXPECT_EQ(error_of(never), "NOT_ASKED_FOR");
    EXPECT_EQ(app.send(verb::post, "/berth/warm/team/net:v1").code, 405u);
    EXPECT_EQ(app.get("/berth/other").code, 404u);
}

TEST_F(warm, names_a_blob_that_the_repository_does_not_hold) {
    running_app app{yaml("1GiB")};
    const std::string layer = layer_of(1'000, 'a');
    push_image(app, "v1", {layer});
    const std::string hex = oci::digest::of(layer).hex();
    s3_.remove_object("docker/registry/v2/blobs/sha256/" + hex.substr(0, 2) + "/" + hex + "/data");
    const answer got = warm_up(app, "team/net:v1");
    EXPECT_NE(got.code, 200u);
    EXPECT_EQ(body_of(got).at("errors").at(0).at("detail").at("where").as_string(), oci::digest::of(layer).str());
}

TEST_F(warm, needs_the_cache) {
    running_app app{yaml_without_cache()};
    for (const auto& [method, target] :
         {std::pair{verb::put, "/berth/warm/team/net:v1"}, std::pair{verb::get, "/berth/warm/team/net:v1"},
          std::pair{verb::get, "/berth/pins"}, std::pair{verb::delete_, "/berth/pins/team/net:v1"}}) {
        const answer got = app.send(method, target);
        EXPECT_EQ(got.code, 409u) << target;
        EXPECT_EQ(error_of(got), "CACHE_OFF") << target;
    }
}

TEST_F(warm, with_s3_away_is_told_to_come_again_but_for_what_is_here) {
    running_app app{yaml("1GiB")};
    push_image(app, "here", {layer_of(1'000, 'a')});
    push_image(app, "there", {layer_of(2'000, 'b')});
    EXPECT_EQ(warm_up(app, "team/net:here").code, 200u);
    s3_.stop();
    const answer got = warm_up(app, "team/net:unknown");
    EXPECT_EQ(got.code, 503u);
    EXPECT_EQ(error_of(got), "STORE_AWAY");
    EXPECT_NE(got.header("Retry-After"), "");
    const answer known = warm_up(app, "team/net:there");
    EXPECT_EQ(known.code, 503u) << known.body;
    EXPECT_NE(known.header("Retry-After"), "");
    EXPECT_EQ(warm_up(app, "team/net:here").code, 200u);
    s3_.start();
    EXPECT_TRUE(test::comes_true([&] { return warm_up(app, "team/net:there").code == 200; }));
}

TEST_F(warm, is_nothing_that_a_page_in_a_browser_may_ask_for) {
    running_app app{yaml()};
    push_image(app, "v1", {layer_of(1'000, 'a')});
    for (const std::string& origin :
         {std::string{"http://evil.example"}, std::string{"null"}, "http://" + app.host()}) {
        EXPECT_EQ(app.send(verb::put, "/berth/warm/team/net:v1", {}, {{"Origin", origin}}).code, 403u) << origin;
        EXPECT_EQ(app.send(verb::delete_, "/berth/pins/team/net:v1", {}, {{"Origin", origin}}).code, 403u) << origin;
    }
    EXPECT_EQ(error_of(app.get("/berth/warm/team/net:v1")), "NOT_ASKED_FOR");
}

TEST_F(warm, works_in_a_registry_that_is_read_only) {
    {
        running_app writer{yaml_without_cache()};
        push_image(writer, "v1", {layer_of(1'000, 'a')});
    }
    running_app app{with(yaml(), "}}\nhttp", "}, maintenance: {readonly: {enabled: true}}}\nhttp")};
    EXPECT_EQ(warm_up(app, "team/net:v1").code, 200u);
}

TEST_F(warm, a_pinned_image_stays_while_others_come_and_go_also_after_a_restart) {
    const std::string pinned = layer_of(1'000'000, 'p');
    {
        running_app app{yaml("3MiB")};
        push_image(app, "pinned", {pinned});
        for (const char c : {'a', 'b', 'c', 'd'}) push_image(app, std::string{"v"} + c, {layer_of(1'000'000, c)});
        const answer got = warm_up(app, "team/net:pinned", "pin=1&wait=60s");
        EXPECT_EQ(got.code, 200u);
        EXPECT_EQ(body_of(got).at("pinned"), true);
    }
    running_app app{yaml("3MiB")};
    const json::object pins = body_of(app.get("/berth/pins"));
    ASSERT_EQ(pins.at("pins").as_array().size(), 1u);
    EXPECT_EQ(pins.at("pins").at(0).at("image"), "team/net:pinned");
    EXPECT_EQ(pins.at("pins").at(0).at("bytes"), 1'000'002);
    for (const char c : {'a', 'b', 'c', 'd'}) EXPECT_EQ(warm_up(app, std::string{"team/net:v"} + c).code, 200u);
    s3_.clear_requests();
    EXPECT_EQ(app.get(blob_url(digest_of(pinned))).body, pinned);
    EXPECT_EQ(times_fetched(pinned), 0u);

    EXPECT_EQ(app.send(verb::delete_, "/berth/pins/team/net:pinned").code, 204u);
    const answer again = app.send(verb::delete_, "/berth/pins/team/net:pinned");
    EXPECT_EQ(again.code, 404u);
    EXPECT_EQ(error_of(again), "NOT_PINNED");
    EXPECT_TRUE(body_of(app.get("/berth/pins")).at("pins").as_array().empty());
}

TEST_F(warm, pins_no_more_than_fits) {
    running_app app{yaml("2MiB")};
    push_image(app, "one", {layer_of(1'200'000, 'a')});
    push_image(app, "two", {layer_of(1'200'000, 'b')});
    EXPECT_EQ(warm_up(app, "team/net:one", "pin=1&wait=60s").code, 200u);
    const answer got = warm_up(app, "team/net:two", "pin=1&wait=60s");
    EXPECT_EQ(got.code, 507u);
    EXPECT_EQ(error_of(got), "DOES_NOT_FIT");
    EXPECT_EQ(body_of(got).at("pinned"), false);
    EXPECT_EQ(warm_up(app, "team/net:two").code, 507u) << "what is pinned makes no room";
    EXPECT_EQ(app.send(verb::delete_, "/berth/pins/team/net:one").code, 204u);
    EXPECT_EQ(warm_up(app, "team/net:two", "pin=1&wait=60s").code, 200u);
}

TEST_F(warm, the_images_of_the_file_come_after_the_start_once_s3_is_there) {
    const std::string layer = layer_of(1'000, 'a');
    {
        running_app writer{yaml_without_cache()};
        push_image(writer, "v1", {layer});
    }
    s3_.stop();
    running_app app{yaml("1GiB", "warm: ['team/net:v1'], warmjitter: 0s")};
    EXPECT_TRUE(test::comes_true([&] { return app.get("/berth/warm/team/net:v1").code == 503; }));
    s3_.start();
    EXPECT_TRUE(test::comes_true([&] { return app.get("/berth/warm/team/net:v1").code == 200; }));
    s3_.stop();
    EXPECT_EQ(app.get(blob_url(digest_of(layer))).body, layer);
}

TEST_F(warm, ends_with_the_node) {
    running_app app{yaml()};
    const std::string layer = layer_of(6'000'000, 'a');
    push_image(app, "v1", {layer});
    s3_.add_fault({.operation = "GetObject",
                   .key_contains = oci::digest::of(layer).hex() + "/data",
                   .times = test::fault::always,
                   .what = test::fault::delay{std::chrono::seconds{20}}});
    EXPECT_EQ(warm_up(app, "team/net:v1", "").code, 202u);
    EXPECT_TRUE(app.stop());
}

TEST(warm_images, that_are_none_stop_the_start) {
    const std::string yaml =
        "version: 0.1\nlog: {level: error}\nstorage: {inmemory: {}, cache: {blob: {rootdirectory: /nowhere/at/all, "
        "maxsize: 1GiB, warm: ['Team:v1']}}}\nhttp: {addr: 127.0.0.1:0}\n";
    EXPECT_THROW(running_app{yaml}, app::startup_error);
}

}  // namespace
}  // namespace berth
