#include "api/route.hpp"

#include <gtest/gtest.h>

namespace berth::api {

namespace {
route routed(std::string_view target) {
    return parse_target(target).value_or(route{});
}
}  // namespace

TEST(parse_target, finds_the_fixed_resources) {
    EXPECT_EQ(routed("/").what, resource::root);
    EXPECT_EQ(routed("/v2").what, resource::bare);
    EXPECT_EQ(routed("/v2?n=3").what, resource::bare);
    EXPECT_EQ(routed("/v2/").what, resource::base);
    EXPECT_EQ(routed("/v2/_catalog?n=3").what, resource::catalog);
}

TEST(parse_target, takes_names_of_several_components) {
    const route found = routed("/v2/team/sub/net/manifests/3");
    EXPECT_EQ(found.what, resource::manifest);
    EXPECT_EQ(found.name, "team/sub/net");
    EXPECT_EQ(found.reference, "3");
}

TEST(parse_target, is_not_misled_by_names_that_look_like_the_api) {
    EXPECT_EQ(routed("/v2/blobs/uploads/tags/list").what, resource::tags);
    EXPECT_EQ(routed("/v2/blobs/uploads/tags/list").name, "blobs/uploads");
    EXPECT_EQ(routed("/v2/manifests/manifests/manifests").name, "manifests");
    EXPECT_EQ(routed("/v2/a/tags/list/manifests/1").name, "a/tags/list");
}

TEST(parse_target, tells_uploads_from_blobs) {
    EXPECT_EQ(routed("/v2/a/blobs/uploads/").what, resource::uploads);
    EXPECT_EQ(routed("/v2/a/blobs/uploads").what, resource::uploads);
    EXPECT_EQ(routed("/v2/a/blobs/uploads/3f2b7a54-0d6e-4c1a-9f3e-5a1c2b3d4e5f").what, resource::upload);
    EXPECT_EQ(routed("/v2/a/blobs/sha256:00").what, resource::blob);
    EXPECT_EQ(routed("/v2/a/blobs/sha256:00").name, "a");
}

TEST(parse_target, finds_the_referrers_of_a_digest) {
    EXPECT_EQ(routed("/v2/a/referrers/sha256:00").what, resource::referrers);
    EXPECT_EQ(routed("/v2/a/referrers/sha256:00").name, "a");
    EXPECT_EQ(routed("/v2/a/referrers/referrers/sha256:00").name, "a/referrers");
    EXPECT_EQ(routed("/v2/referrers/manifests/1").what, resource::manifest);
    EXPECT_EQ(routed("/v2/referrers/sha256:00").what, resource::none);
}

TEST(parse_target, finds_the_nodes_own_resources) {
    const route tagged = routed("/berth/warm/team/net:v1?pin=1");
    EXPECT_EQ(tagged.what, resource::warm);
    EXPECT_EQ(tagged.name, "team/net:v1");
    EXPECT_EQ(tagged.parameter("pin"), "1");
    EXPECT_EQ(routed("/berth/warm/team%2Fnet%40sha256%3A00").name, "team/net@sha256:00");
    EXPECT_EQ(routed("/berth/pins").what, resource::pins);
    EXPECT_EQ(routed("/berth/pins/warm/pins:v1").what, resource::pin);
    EXPECT_EQ(routed("/berth/pins/warm/pins:v1").name, "warm/pins:v1");
    for (const char* other : {"/berth", "/berth/", "/berth/warm", "/berth/warm/", "/berth/pins/", "/berth/x/a:1"})
        EXPECT_EQ(routed(other).what, resource::none) << other;
    EXPECT_EQ(routed("/v2/berth/manifests/1").what, resource::manifest);
}

TEST(parse_target, keeps_a_plus_in_the_query) {
    EXPECT_EQ(routed("/v2/a/referrers/x?artifactType=a/b+json").parameter("artifactType"), "a/b+json");
    EXPECT_EQ(routed("/v2/a/referrers/x?artifactType=a%2Fb%2Bjson").parameter("artifactType"), "a/b+json");
    EXPECT_EQ(routed("/v2/a/referrers/x?artifactType=a%252Bjson").parameter("artifactType"), "a%2Bjson");
}

TEST(parse_target, decodes_once) {
    const route found = routed("/v2/a/blobs/uploads/x?digest=sha256%3A00&twice=%2525");
    EXPECT_EQ(found.parameter("digest"), "sha256:00");
    EXPECT_EQ(found.parameter("twice"), "%25");
    EXPECT_EQ(found.parameter("absent"), std::nullopt);
}

TEST(parse_target, leaves_everything_else_alone) {
    for (const char* target :
         {"/v3/", "/v2/a", "/v2/a/b", "/favicon.ico", "/v2/a/tags/other", "/v2/manifests/x", "/./", "/./v2/",
          "/./v2/a/tags/list", "http://x/./v2/a/tags/list", "/.//v2/", "/v2//tags/list", "/v2//blobs/uploads/"})
        EXPECT_EQ(routed(target).what, resource::none) << target;
}

TEST(parse_target, takes_the_form_that_clients_send_to_proxies) {
    EXPECT_EQ(routed("http://registry.test:5000/v2/").what, resource::base);
    EXPECT_EQ(routed("https://registry.test/v2/a/b/tags/list?n=2").name, "a/b");
    EXPECT_EQ(routed("http://registry.test/v2/a/tags/list?n=2").parameter("n"), "2");
    EXPECT_EQ(routed("http://registry.test").what, resource::root);
    EXPECT_EQ(routed("http://registry.test?n=2").what, resource::root);
    EXPECT_EQ(routed("http://127.0.0.1:5v2/a/tags/list").what, resource::none);
}

TEST(parse_target, finds_all_but_the_root_below_a_prefix) {
    const auto below = [](std::string_view target) { return parse_target(target, "/team/hub").value_or(route{}); };
    EXPECT_EQ(below("/").what, resource::root);
    EXPECT_EQ(below("/team/hub/v2").what, resource::bare);
    EXPECT_EQ(below("/team/hub/v2/?n=3").what, resource::base);
    EXPECT_EQ(below("http://x/team/hub/berth/pins").what, resource::pins);
    const route found = below("/team/hub/v2/team/hub/v2/manifests/a%2Eb");
    EXPECT_EQ(found.what, resource::manifest);
    EXPECT_EQ(found.name, "team/hub/v2");
    EXPECT_EQ(found.reference, "a.b");
    for (const char* target : {"/v2/", "/v2", "/team/hub", "/team/hub/", "/team/hubv2/", "/team/hub2/v2/", "/team/v2/",
                               "/berth/pins", "/team/hub//v2/", "/TEAM/hub/v2/"})
        EXPECT_EQ(below(target).what, resource::none) << target;
}

TEST(parse_target, refuses_what_is_no_path) {
    for (const char* target : {"", "*", "ftp://x/v2/", "x:/v2/", "http:///v2/", "v2/", "/v2/%zz", "/v2/a b"})
        EXPECT_FALSE(parse_target(target).has_value()) << target;
}

}  // namespace berth::api
