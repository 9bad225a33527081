#include "support/running_app.hpp"

#include <gtest/gtest.h>

namespace berth {

using http::verb;
using test::answer;
using test::running_app;

namespace {

// A manifest of nothing but a config, which the repository holds afterwards.
std::string image_of(running_app& app, const std::string& repository) {
    const std::string config = app.push_blob(repository, "{}");
    return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)"
           R"({"mediaType":"application/vnd.oci.image.config.v1+json","digest":")" +
           config + R"(","size":2},"layers":[]})";
}

void push_tags(running_app& app, const std::string& repository, const std::vector<std::string>& tags) {
    const std::string image = image_of(app, repository);
    for (const auto& tag : tags)
        EXPECT_EQ(app.send(verb::put, "/v2/" + repository + "/manifests/" + tag, image).code, 201u);
}

// What an answer's Link points to; empty when there is none.
std::string next_of(const answer& page) {
    const std::string link = page.header("Link");
    const std::string end = ">; rel=\"next\"";
    if (!link.starts_with('<') || !link.ends_with(end)) return {};
    return link.substr(1, link.size() - 1 - end.size());
}

}  // namespace

TEST(tags, are_listed_in_order_and_by_pages) {
    running_app app;
    push_tags(app, "team/net", {"b", "a", "a-1", "10", "9"});
    const std::string path = "/v2/team/net/tags/list";
    EXPECT_EQ(app.get(path).body, "{\"name\":\"team/net\",\"tags\":[\"10\",\"9\",\"a\",\"a-1\",\"b\"]}\n");
    EXPECT_EQ(app.get(path).header("Link"), "");
    EXPECT_EQ(app.get(path + "?last=a").body, "{\"name\":\"team/net\",\"tags\":[\"a-1\",\"b\"]}\n");
    const answer page = app.get(path + "?n=2&last=9");
    EXPECT_EQ(page.body, "{\"name\":\"team/net\",\"tags\":[\"a\",\"a-1\"]}\n");
    EXPECT_EQ(page.header("Link"), "</v2/team/net/tags/list?last=a-1&n=2>; rel=\"next\"");
    const answer last = app.get(next_of(page));
    EXPECT_EQ(last.body, "{\"name\":\"team/net\",\"tags\":[\"b\"]}\n");
    EXPECT_EQ(last.header("Link"), "");
    EXPECT_EQ(app.get(path + "?n=5").header("Link"), "");
}

TEST(tags, of_a_repository_without_any_are_an_empty_list) {
    running_app app;
    app.push_blob("team/net", "x");
    for (const char* query : {"", "?n=5", "?n=0", "?last=a", "?n=5&last=a"}) {
        const answer got = app.get(std::string{"/v2/team/net/tags/list"} + query);
        EXPECT_EQ(got.code, 200u) << query;
        EXPECT_EQ(got.body, "{\"name\":\"team/net\",\"tags\":[]}\n") << query;
    }
}

TEST(tags, are_an_empty_list_once_the_last_is_deleted) {
    running_app app{
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {inmemory: {}, delete: {enabled: "
        "true}}\n"
        "http: {addr: 127.0.0.1:0}\n"};
    push_tags(app, "team/net", {"1"});
    EXPECT_EQ(app.send(verb::delete_, "/v2/team/net/manifests/1").code, 202u);
    EXPECT_EQ(app.get("/v2/team/net/tags/list").body, "{\"name\":\"team/net\",\"tags\":[]}\n");
    EXPECT_EQ(app.get("/v2/_catalog").body, "{\"repositories\":[\"team/net\"]}\n");
}

TEST(tags, of_a_repository_that_is_not_there_are_not_found) {
    running_app app;
    app.push_blob("team/net", "x");
    for (const char* name : {"team/unknown", "team", "team/net/below"})
        for (const char* query : {"", "?n=5", "?n=0"}) {
            const answer got = app.get("/v2/" + std::string{name} + "/tags/list" + query);
            EXPECT_EQ(got.code, 404u) << name << query;
            EXPECT_NE(got.body.find("NAME_UNKNOWN"), std::string::npos) << name << query;
        }
}

TEST(tags, beyond_a_thousand_go_on_with_a_link) {
    running_app app;
    std::vector<std::string> tags;
    for (int i = 1000; i < 2001; ++i) tags.push_back("t" + std::to_string(i));
    push_tags(app, "many", tags);
    for (const char* n : {"1000", "1001", "99999999999999999999999999"}) {
        const answer page = app.get(std::string{"/v2/many/tags/list?n="} + n);
        EXPECT_EQ(page.header("Link"), "</v2/many/tags/list?last=t1999&n=1000>; rel=\"next\"") << n;
        EXPECT_EQ(app.get(next_of(page)).body, "{\"name\":\"many\",\"tags\":[\"t2000\"]}\n") << n;
    }
    // Without a number the list is whole.
    const answer whole = app.get("/v2/many/tags/list");
    EXPECT_EQ(whole.header("Link"), "");
    EXPECT_NE(whole.body.find("\"t2000\""), std::string::npos);
}

TEST(catalog, lists_repositories_by_pages) {
    running_app app;
    for (const char* name : {"b", "a/b", "a", "a-b"}) app.push_blob(name, "x");
    EXPECT_EQ(app.get("/v2/_catalog").body, "{\"repositories\":[\"a\",\"a/b\",\"a-b\",\"b\"]}\n");
    const answer page = app.get("/v2/_catalog?n=2");
    EXPECT_EQ(page.body, "{\"repositories\":[\"a\",\"a/b\"]}\n");
    EXPECT_EQ(page.header("Link"), "</v2/_catalog?last=a%2Fb&n=2>; rel=\"next\"");
    const answer last = app.get(next_of(page));
    EXPECT_EQ(last.body, "{\"repositories\":[\"a-b\",\"b\"]}\n");
    EXPECT_EQ(last.header("Link"), "");
}

TEST(catalog, has_a_hundred_names_where_the_client_asks_for_no_number) {
    running_app app;
    for (int i = 100; i < 201; ++i) app.push_blob("r" + std::to_string(i), "x");
    const answer page = app.get("/v2/_catalog");
    EXPECT_EQ(page.header("Link"), "</v2/_catalog?last=r199&n=100>; rel=\"next\"");
    EXPECT_EQ(app.get(next_of(page)).body, "{\"repositories\":[\"r200\"]}\n");
    EXPECT_EQ(app.get("/v2/_catalog?n=1000").header("Link"), "");
}

TEST(lists, have_pages_as_long_as_the_file_allows) {
    running_app app{
        "{version: 0.1, storage: inmemory, http: {addr: '127.0.0.1:0'}, catalog: {maxentries: 2}, tags: {maxtags: 1}}"};
    for (const char* name : {"a", "b", "c"}) push_tags(app, name, {"1", "2"});
    EXPECT_EQ(app.get("/v2/_catalog").header("Link"), "</v2/_catalog?last=b&n=2>; rel=\"next\"");
    EXPECT_EQ(app.get("/v2/_catalog?n=2").code, 200u);
    EXPECT_EQ(app.get("/v2/_catalog?n=3").code, 400u);
    EXPECT_EQ(app.get("/v2/a/tags/list?n=2").header("Link"), "</v2/a/tags/list?last=1&n=1>; rel=\"next\"");
}

TEST(catalog, of_an_empty_registry_is_an_empty_list) {
    running_app app;
    EXPECT_EQ(app.get("/v2/_catalog").body, "{\"repositories\":[]}\n");
}

TEST(lists, of_none_are_empty_and_end_there) {
    running_app app;
    push_tags(app, "a", {"1", "2"});
    EXPECT_EQ(app.get("/v2/a/tags/list?n=0").body, "{\"name\":\"a\",\"tags\":[]}\n");
    EXPECT_EQ(app.get("/v2/a/tags/list?n=0").header("Link"), "");
    EXPECT_EQ(app.get("/v2/_catalog?n=0").body, "{\"repositories\":[]}\n");
    EXPECT_EQ(app.get("/v2/_catalog?n=0").header("Link"), "");
}

TEST(lists, refuse_what_is_no_number) {
    running_app app;
    push_tags(app, "a", {"1"});
    for (const char* path : {"/v2/a/tags/list?n=", "/v2/_catalog?n="})
        for (const char* n : {"", "-1", "abc", "1x", "+1", "%2B1", "%201", "1.0", "0x1", "%00", "1%00",
                              "99999999999999999999999999x"}) {
            const answer got = app.get(std::string{path} + n);
            EXPECT_EQ(got.code, 400u) << path << n;
            EXPECT_NE(got.body.find("PAGINATION_NUMBER_INVALID"), std::string::npos) << path << n;
        }
    for (const char* n : {"1001", "18446744073709551615", "99999999999999999999999999"})
        EXPECT_EQ(app.get(std::string{"/v2/_catalog?n="} + n).code, 400u) << n;
}

TEST(lists, begin_after_any_text_and_never_elsewhere) {
    running_app app;
    push_tags(app, "a", {"1", "2"});
    app.push_blob("a/b", "x");
    app.push_blob("b", "x");
    const std::string none = "{\"name\":\"a\",\"tags\":[]}\n", one = "{\"name\":\"a\",\"tags\":[\"1\"]}\n",
                      two = "{\"name\":\"a\",\"tags\":[\"2\"]}\n";
    const auto tag_after = [&](const std::string& last) { return app.get("/v2/a/tags/list?n=1&last=" + last).body; };
    EXPECT_EQ(tag_after("../.."), one);
    EXPECT_EQ(tag_after("..%2F..%2F..%2Fb%2F_manifests%2Ftags"), one);
    EXPECT_EQ(tag_after("%2F"), one);
    EXPECT_EQ(tag_after("%00"), one);
    EXPECT_EQ(tag_after("1%2F..%2F0"), two);
    EXPECT_EQ(tag_after("1%00"), two);
    EXPECT_EQ(tag_after("1%ff"), two);
    EXPECT_EQ(tag_after(std::string(7'000, '1')), two);
    EXPECT_EQ(tag_after("%ff%ff"), none);
    const auto repository_after = [&](const std::string& last) {
        return app.get("/v2/_catalog?n=1&last=" + last).body;
    };
    EXPECT_EQ(repository_after("../.."), "{\"repositories\":[\"a\"]}\n");
    EXPECT_EQ(repository_after("..%2Fblobs"), "{\"repositories\":[\"a\"]}\n");
    EXPECT_EQ(repository_after("a%2F..%2Fb"), "{\"repositories\":[\"a/b\"]}\n");
    EXPECT_EQ(repository_after("a%2F_manifests%2Ftags"), "{\"repositories\":[\"a/b\"]}\n");
    EXPECT_EQ(repository_after("a%00%2Fb"), "{\"repositories\":[\"b\"]}\n");
    EXPECT_EQ(repository_after("a%2Fb%2F" + std::string(7'000, 'x')), "{\"repositories\":[\"b\"]}\n");
    EXPECT_EQ(repository_after("%ff"), "{\"repositories\":[]}\n");
}

TEST(lists, answer_head_as_get_without_the_body) {
    running_app app;
    push_tags(app, "a", {"1", "2"});
    app.push_blob("b", "x");
    for (const char* target : {"/v2/a/tags/list", "/v2/a/tags/list?n=1", "/v2/_catalog", "/v2/_catalog?n=1"}) {
        const answer get = app.get(target), head = app.send(verb::head, target);
        EXPECT_EQ(head.code, 200u) << target;
        EXPECT_EQ(head.body, "") << target;
        for (const char* name : {"Content-Type", "Content-Length", "Link"})
            EXPECT_EQ(head.header(name), get.header(name)) << target << " " << name;
    }
    EXPECT_EQ(app.send(verb::head, "/v2/unknown/tags/list").code, 404u);
    EXPECT_EQ(app.send(verb::post, "/v2/a/tags/list").header("Allow"), "GET, HEAD");
    EXPECT_EQ(app.send(verb::delete_, "/v2/_catalog").header("Allow"), "GET, HEAD");
}

TEST(lists, go_on_at_a_path_whatever_the_host_is_called) {
    running_app app{
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {inmemory: {}}\n"
        "http: {addr: 127.0.0.1:0, host: https://registry.example}\n"};
    push_tags(app, "a", {"1", "2"});
    EXPECT_EQ(app.get("/v2/a/tags/list?n=1").header("Link"), "</v2/a/tags/list?last=1&n=1>; rel=\"next\"");
}

}  // namespace berth
