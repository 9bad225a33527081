#include "api/wanted_access.hpp"

#include "auth/challenge.hpp"

#include <gtest/gtest.h>

namespace berth::api {
namespace {

using http::verb;

// "repository:a/b:pull,push", as a challenge would say it.
std::string wanted(verb method, std::string_view target) {
    const auto where = parse_target(target);
    return auth::scope_of(wanted_access(method, where.value()));
}

TEST(wanted_access, is_to_pull_where_something_is_only_read) {
    for (const verb method : {verb::get, verb::head})
        for (const char* path : {"tags/list", "manifests/v1", "blobs/sha256:00", "referrers/sha256:00",
                                 "blobs/uploads/0b1c", "blobs/uploads/"})
            EXPECT_EQ(wanted(method, "/v2/a/b/" + std::string{path}), "repository:a/b:pull") << path;
}

TEST(wanted_access, is_to_pull_and_push_where_something_is_stored) {
    EXPECT_EQ(wanted(verb::post, "/v2/a/b/blobs/uploads/"), "repository:a/b:pull,push");
    EXPECT_EQ(wanted(verb::patch, "/v2/a/b/blobs/uploads/0b1c"), "repository:a/b:pull,push");
    EXPECT_EQ(wanted(verb::put, "/v2/a/b/blobs/uploads/0b1c?digest=sha256:00"), "repository:a/b:pull,push");
    EXPECT_EQ(wanted(verb::put, "/v2/a/b/manifests/v1"), "repository:a/b:pull,push");
}

TEST(wanted_access, is_an_action_of_its_own_to_delete) {
    for (const char* path : {"manifests/v1", "blobs/sha256:00", "blobs/uploads/0b1c", "tags/list"})
        EXPECT_EQ(wanted(verb::delete_, "/v2/a/b/" + std::string{path}), "repository:a/b:delete") << path;
}

TEST(wanted_access, is_also_to_pull_from_where_a_blob_is_mounted) {
    EXPECT_EQ(wanted(verb::post, "/v2/a/b/blobs/uploads/?mount=sha256:00&from=c/d"),
              "repository:a/b:pull,push repository:c/d:pull");
    EXPECT_EQ(wanted(verb::post, "/v2/a/b/blobs/uploads/?mount=sha256:00&from=c%2Fd"),
              "repository:a/b:pull,push repository:c/d:pull");
}

TEST(wanted_access, is_all_of_the_catalog_and_of_the_node) {
    for (const verb method : {verb::get, verb::head, verb::post, verb::put, verb::delete_, verb::trace}) {
        EXPECT_EQ(wanted(method, "/v2/_catalog"), "registry:catalog:*");
        EXPECT_EQ(wanted(method, "/berth/pins"), "registry:node:*");
        EXPECT_EQ(wanted(method, "/berth/pins/a/b:v1"), "registry:node:*");
        EXPECT_EQ(wanted(method, "/berth/warm/a/b:v1"), "registry:node:*");
    }
}

TEST(wanted_access, is_nothing_where_nothing_is_done) {
    EXPECT_EQ(wanted(verb::get, "/v2/"), "");
    EXPECT_EQ(wanted(verb::get, "/v2/a/b"), "");
    EXPECT_EQ(wanted(verb::trace, "/v2/a/b/manifests/v1"), "");
}

TEST(wanted_access, repeats_no_name_that_could_not_be_one) {
    EXPECT_EQ(wanted(verb::get, "/v2/a%0d%0aX-Header:%20b/tags/list"), "");
    EXPECT_EQ(wanted(verb::get, "/v2/A/tags/list"), "");
    EXPECT_EQ(wanted(verb::post, "/v2/a/b/blobs/uploads/?mount=x&from=a%22%0d%0a"), "repository:a/b:pull,push");
}

TEST(wanted_access, is_asked_of_everybody_but_who_asks_where_the_api_is) {
    for (const resource what :
         {resource::base, resource::catalog, resource::tags, resource::manifest, resource::referrers, resource::blob,
          resource::uploads, resource::upload, resource::warm, resource::pins, resource::pin, resource::none})
        EXPECT_FALSE(is_for_everybody(what));
    EXPECT_TRUE(is_for_everybody(resource::root));
    EXPECT_TRUE(is_for_everybody(resource::bare));
}

}  // namespace
}  // namespace berth::api
