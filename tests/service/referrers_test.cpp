#include "support/artifact.hpp"
#include "support/running_app.hpp"
#include "support/temporary_directory.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace berth {

namespace layout = storage::layout;
using http::verb;
using test::answer;
using test::artifact;
using test::running_app;

namespace {

const std::string index_type = "application/vnd.oci.image.index.v1+json";
const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::digest subject = oci::digest::of("an image that nobody pushed");

std::string referrers_of(const oci::digest& digest, const std::string& query = {}) {
    return "/v2/team/net/referrers/" + digest.str() + query;
}

answer push(running_app& app, const std::string& bytes, hash_function algorithm = hash_function::sha256) {
    app.push_blob("team/net", "{}");
    return app.send(verb::put, "/v2/team/net/manifests/" + oci::digest::of(bytes, algorithm).str(), bytes);
}

// The digests that a list of referrers holds.
std::vector<std::string> digests(const answer& got) {
    std::vector<std::string> found;
    const auto index = boost::json::parse(got.body);
    for (const auto& entry : index.at("manifests").as_array()) found.emplace_back(entry.at("digest").as_string());
    return found;
}

std::string of(const std::string& bytes) {
    return oci::digest::of(bytes).str();
}

// An app over files, whose store the test can reach into.
class files {
public:
    running_app start() const {
        return running_app{
            "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {"
            "rootdirectory: " +
            folder_.path().string() + "}}\nhttp: {addr: 127.0.0.1:0}\n"};
    }
    void remove(const storage::path& file) const { std::filesystem::remove_all(folder_.path().string() + file); }

private:
    test::temporary_directory folder_;
};

}  // namespace

TEST(referrers, of_what_nobody_knows_are_an_empty_index) {
    running_app app;
    for (const auto& digest : {subject, oci::digest::of("x", hash_function::sha512)}) {
        const answer got = app.get(referrers_of(digest));
        EXPECT_EQ(got.code, 200u);
        EXPECT_EQ(got.header("Content-Type"), index_type);
        EXPECT_EQ(got.body, R"({"schemaVersion":2,"mediaType":")" + index_type + "\",\"manifests\":[]}\n");
        EXPECT_EQ(got.header("Link"), "");
        EXPECT_EQ(got.header("OCI-Filters-Applied"), "");
    }
}

TEST(referrers, are_known_as_soon_as_they_are_pushed_be_the_subject_there_or_not) {
    running_app app;
    const std::string image = artifact(oci::digest::of("base"), "an/image");
    const std::string early = artifact(oci::digest::of(image), "a/sbom", R"(,"annotations":{"when":"before"})");
    const std::string late = artifact(oci::digest::of(image), "a/sbom", R"(,"annotations":{"when":"after"})");
    const answer pushed = push(app, early);
    EXPECT_EQ(pushed.code, 201u);
    EXPECT_EQ(pushed.header("OCI-Subject"), of(image));
    EXPECT_EQ(push(app, image).code, 201u);
    EXPECT_EQ(push(app, late).code, 201u);

    const answer got = app.get(referrers_of(oci::digest::of(image)));
    auto expected = std::vector{of(early), of(late)};
    std::ranges::sort(expected);
    EXPECT_EQ(digests(got), expected);
    const auto entries = boost::json::parse(got.body).at("manifests").as_array();
    const auto& first =
        *std::ranges::find_if(entries, [&](const auto& e) { return e.at("digest").as_string() == of(early); });
    EXPECT_EQ(first.at("mediaType"), "application/vnd.oci.image.manifest.v1+json");
    EXPECT_EQ(first.at("size"), early.size());
    EXPECT_EQ(first.at("artifactType"), "a/sbom");
    EXPECT_EQ(first.at("annotations").at("when"), "before");

    const answer head = app.send(verb::head, referrers_of(oci::digest::of(image)));
    EXPECT_EQ(head.code, 200u);
    EXPECT_EQ(head.body, "");
    EXPECT_EQ(head.header("Content-Length"), std::to_string(got.body.size()));
    EXPECT_EQ(head.header("Content-Type"), index_type);
}

TEST(referrers, may_be_indexes_and_of_either_hash) {
    running_app app;
    const std::string image = artifact(oci::digest::of("base"), "an/image");
    push(app, image);
    const auto long_subject = oci::digest::of("x", hash_function::sha512);
    const std::string index =
        test::index_of(oci::digest::of(image), R"(,"subject":{"digest":")" + long_subject.str() + R"(","size":1})");
    const answer pushed = push(app, index, hash_function::sha512);
    EXPECT_EQ(pushed.code, 201u);
    EXPECT_EQ(pushed.header("OCI-Subject"), long_subject.str());
    const std::string digest = oci::digest::of(index, hash_function::sha512).str();
    EXPECT_EQ(app.get(referrers_of(long_subject)).body,
              R"({"schemaVersion":2,"mediaType":")" + index_type + R"(","manifests":[{"mediaType":")" + index_type +
                  R"(","digest":")" + digest + R"(","size":)" + std::to_string(index.size()) + "}]}\n");
}

TEST(referrers, a_push_without_a_subject_names_none) {
    running_app app;
    const std::string image = artifact(subject, "a/b");
    push(app, image);
    EXPECT_EQ(push(app, test::index_of(oci::digest::of(image))).header("OCI-Subject"), "");
}

TEST(referrers, belong_to_their_repository) {
    running_app app;
    push(app, artifact(subject, "a/b"));
    EXPECT_TRUE(digests(app.get("/v2/other/referrers/" + subject.str())).empty());
}

TEST(referrers, are_filtered_by_artifact_type) {
    running_app app;
    const std::string json = artifact(subject, "application/x+json"), text = artifact(subject, "text/x");
    push(app, json);
    push(app, text);
    for (const char* query : {"?artifactType=application/x+json", "?artifactType=application%2Fx%2Bjson"}) {
        const answer got = app.get(referrers_of(subject, query));
        EXPECT_EQ(digests(got), std::vector{of(json)}) << query;
        EXPECT_EQ(got.header("OCI-Filters-Applied"), "artifactType") << query;
    }
    for (const char* query : {"?artifactType=application/x%20json", "?artifactType=application/x%252Bjson",
                              "?artifactType=none", "?artifactType="}) {
        const answer got = app.get(referrers_of(subject, query));
        EXPECT_TRUE(digests(got).empty()) << query;
        EXPECT_EQ(got.header("OCI-Filters-Applied"), "artifactType") << query;
    }
    EXPECT_EQ(digests(app.get(referrers_of(subject, "?artifactType=text/x&artifactType=application/x+json"))).size(),
              2u);
    EXPECT_EQ(app.get(referrers_of(subject)).header("OCI-Filters-Applied"), "");
}

TEST(referrers, a_request_that_is_none_is_refused) {
    running_app app;
    for (const char* digest : {"sha256:x", "latest", "sha256:", "md5:d41d8cd98f00b204e9800998ecf8427e"}) {
        const answer got = app.get(std::string{"/v2/team/net/referrers/"} + digest);
        EXPECT_EQ(got.code, 400u) << digest;
        EXPECT_NE(got.body.find("DIGEST_INVALID"), std::string::npos) << digest;
    }
    const answer bad_name = app.get("/v2/UP/referrers/" + subject.str());
    EXPECT_EQ(bad_name.code, 400u);
    EXPECT_NE(bad_name.body.find("NAME_INVALID"), std::string::npos);
    for (const char* n : {"?n=-1", "?n=x", "?n="}) EXPECT_EQ(app.get(referrers_of(subject, n)).code, 400u) << n;
    for (const verb method : {verb::put, verb::post, verb::delete_, verb::patch}) {
        const answer got = app.send(method, referrers_of(subject));
        EXPECT_EQ(got.code, 405u);
        EXPECT_EQ(got.header("Allow"), "GET, HEAD");
    }
}

TEST(referrers, annotations_that_are_no_strings_are_refused_at_the_push) {
    running_app app;
    const answer refused = push(app, artifact(subject, "a/b", R"(,"annotations":{"a":1})"));
    EXPECT_EQ(refused.code, 400u);
    EXPECT_NE(refused.body.find("MANIFEST_INVALID"), std::string::npos);
    EXPECT_TRUE(digests(app.get(referrers_of(subject))).empty());
}

TEST(referrers, more_than_a_thousand_come_in_pages) {
    running_app app;
    app.push_blob("team/net", "{}");
    std::vector<std::string> pushed;
    for (int i = 0; i < 1200; ++i) {
        const std::string bytes = artifact(subject, i % 2 ? "a/odd" : "a/even", R"(,"x":)" + std::to_string(i));
        pushed.push_back(of(bytes));
        ASSERT_EQ(app.send(verb::put, "/v2/team/net/manifests/" + pushed.back(), bytes).code, 201u);
    }
    std::ranges::sort(pushed);
    const auto follow = [&](std::string target) {
        std::vector<std::vector<std::string>> pages;
        while (!target.empty()) {
            const answer got = app.get(target);
            pages.push_back(digests(got));
            const std::string link = got.header("Link");
            target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
            if (!link.empty()) {
                EXPECT_TRUE(link.ends_with(">; rel=\"next\"")) << link;
            }
        }
        return pages;
    };
    const auto pages = follow(referrers_of(subject));
    ASSERT_EQ(pages.size(), 2u);
    EXPECT_EQ(pages[0].size(), 1000u);
    EXPECT_EQ(pages[0], std::vector(pushed.begin(), pushed.begin() + 1000));
    EXPECT_EQ(pages[1], std::vector(pushed.begin() + 1000, pushed.end()));

    std::vector<std::string> odd;
    for (const auto& page : follow(referrers_of(subject, "?n=250&artifactType=a/odd"))) {
        EXPECT_LE(page.size(), 250u);
        odd.insert(odd.end(), page.begin(), page.end());
    }
    EXPECT_EQ(odd.size(), 600u);
    EXPECT_TRUE(std::ranges::is_sorted(odd));

    const std::string last = "?last=" + pushed[1190];
    EXPECT_EQ(digests(app.get(referrers_of(subject, last))), std::vector(pushed.begin() + 1191, pushed.end()));
    const answer none = app.get(referrers_of(subject, "?n=0"));
    EXPECT_TRUE(digests(none).empty());
    EXPECT_EQ(none.header("Link"), "");
    EXPECT_EQ(digests(app.get(referrers_of(subject, "?n=999999999999"))).size(), 1000u);
}

TEST(referrers, the_link_to_the_next_page_asks_for_the_same) {
    running_app app;
    const std::string one = artifact(subject, "a/b+json"), two = artifact(subject, "a/b+json", R"(,"x":2)");
    push(app, one);
    push(app, two);
    const std::string first = std::min(of(one), of(two));
    EXPECT_EQ(app.get(referrers_of(subject, "?artifactType=a/b%2Bjson&n=1")).header("Link"),
              "<" + referrers_of(subject) + "?last=sha256%3A" + first.substr(7) +
                  "&artifactType=a%2Fb%2Bjson&n=1>; rel=\"next\"");
}

TEST(referrers, one_whose_manifest_is_gone_vanishes) {
    const files store;
    running_app app = store.start();
    const std::string kept = artifact(subject, "a/kept"), gone = artifact(subject, "a/gone");
    push(app, kept);
    push(app, gone);
    store.remove(layout::revision_link(repo, oci::digest::of(gone)));
    EXPECT_EQ(digests(app.get(referrers_of(subject))), std::vector{of(kept)});
}

TEST(referrers, that_another_registry_knows_by_the_referrers_tag_only_are_listed_too) {
    const files store;
    running_app app = store.start();
    const std::string tagged = artifact(subject, "a/tagged"), pushed = artifact(subject, "a/pushed");
    push(app, tagged);
    store.remove(layout::repository(repo) + "/_referrers");
    push(app, pushed);
    app.send(verb::put, "/v2/team/net/manifests/sha256-" + subject.hex(), test::index_of(oci::digest::of(tagged)));
    auto expected = std::vector{of(tagged), of(pushed)};
    std::ranges::sort(expected);
    EXPECT_EQ(digests(app.get(referrers_of(subject))), expected);
}

TEST(referrers, one_that_is_deleted_vanishes_and_comes_back_when_it_is_pushed_again) {
    running_app app{
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
        "storage: {inmemory: {}, delete: {enabled: true}}\nhttp: {addr: 127.0.0.1:0}\n"};
    const std::string bytes = artifact(subject, "a/b");
    push(app, bytes);
    EXPECT_EQ(app.send(verb::delete_, "/v2/team/net/manifests/" + of(bytes)).code, 202u);
    EXPECT_TRUE(digests(app.get(referrers_of(subject))).empty());
    push(app, bytes);
    EXPECT_EQ(digests(app.get(referrers_of(subject))), std::vector{of(bytes)});
}

}  // namespace berth
