#include "registry/referrer_store.hpp"

#include "oci/manifest.hpp"
#include "storage/memory/memory_driver.hpp"
#include "support/artifact.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::digest subject = oci::digest::of("subject");

class referrer_store_test : public testing::Test {
protected:
    storage::memory_driver driver;
    referrer_store referrers{driver};

    oci::digest push(const std::string& bytes, hash_function algorithm = hash_function::sha256) {
        const auto digest = test::store_manifest(driver, repo, bytes, algorithm);
        test::run(referrers.add(repo, subject, digest));
        return digest;
    }
    oci::digest push_numbered(int number, const std::string& type = "a/b") {
        return push(test::artifact(subject, type, R"(,"annotations":{"number":")" + std::to_string(number) + "\"}"));
    }
    void tag_for(const oci::digest& of, const std::string& content) {
        test::run(driver.put(layout::tag_current_link(repo, oci::referrers_tag(of)), content));
    }
    referrer_store::page list(const referrer_store::query& asked = {}, const oci::digest& of = subject) {
        return test::run(referrers.list(repo, of, asked));
    }
    std::vector<oci::digest> digests(const referrer_store::query& asked = {}, const oci::digest& of = subject) {
        std::vector<oci::digest> found;
        for (const auto& entry : list(asked, of).entries) found.push_back(entry.digest);
        return found;
    }
};

using digest_list = std::vector<oci::digest>;

digest_list sorted(digest_list digests) {
    std::ranges::sort(digests);
    return digests;
}

}  // namespace

TEST_F(referrer_store_test, lists_what_was_added_and_how_it_describes_itself) {
    const std::string bytes = test::artifact(subject, "a/sbom", R"(,"annotations":{"a":"b"})");
    const auto digest = push(bytes);
    const auto page = list();
    ASSERT_EQ(page.entries.size(), 1u);
    EXPECT_EQ(page.entries[0].digest, digest);
    EXPECT_EQ(page.entries[0].descriptor, R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":")" +
                                              digest.str() + R"(","size":)" + std::to_string(bytes.size()) +
                                              R"(,"artifactType":"a/sbom","annotations":{"a":"b"}})");
    EXPECT_EQ(page.next, "");
}

TEST_F(referrer_store_test, writes_a_link_that_holds_the_digest) {
    const auto digest = push_numbered(1);
    EXPECT_EQ(test::run(driver.find("/docker/registry/v2/repositories/team/net/_referrers/sha256/" + subject.hex() +
                                        "/sha256/" + digest.hex() + "/link",
                                    100)),
              digest.str());
}

TEST_F(referrer_store_test, has_nothing_of_what_nobody_knows) {
    const auto page = list();
    EXPECT_TRUE(page.entries.empty());
    EXPECT_EQ(page.next, "");
}

TEST_F(referrer_store_test, lists_in_the_order_of_the_digests_of_both_algorithms) {
    digest_list pushed;
    for (int i = 0; i < 20; ++i) {
        const hash_function algorithm = i % 2 ? hash_function::sha256 : hash_function::sha512;
        pushed.push_back(push(test::artifact(subject, "a/b", R"(,"x":)" + std::to_string(i)), algorithm));
    }
    EXPECT_EQ(digests(), sorted(pushed));
}

TEST_F(referrer_store_test, keeps_the_subjects_of_both_algorithms_apart) {
    const auto long_subject = oci::digest::of("subject", hash_function::sha512);
    const auto digest = test::store_manifest(driver, repo, test::artifact(long_subject, "a/b"));
    test::run(referrers.add(repo, long_subject, digest));
    EXPECT_EQ(digests({}, long_subject), digest_list{digest});
    EXPECT_TRUE(digests().empty());
}

TEST_F(referrer_store_test, forgets_what_is_removed) {
    const auto kept = push_numbered(1), removed = push_numbered(2);
    test::run(referrers.remove(repo, subject, removed));
    EXPECT_FALSE(test::run(referrers.has(repo, subject, removed)));
    EXPECT_TRUE(test::run(referrers.has(repo, subject, kept)));
    EXPECT_EQ(digests(), digest_list{kept});
    EXPECT_NO_THROW(test::run(referrers.remove(repo, subject, removed)));
}

TEST_F(referrer_store_test, leaves_out_what_is_gone_damaged_or_refers_to_something_else) {
    const auto good = push_numbered(1), unlinked = push_numbered(2), gone = push_numbered(3),
               damaged = push_numbered(4);
    test::run(driver.remove(layout::revision_link(repo, unlinked)));
    test::run(driver.remove(layout::blob_data(gone)));
    test::run(driver.put(layout::blob_data(damaged), "damaged"));
    push(test::artifact(oci::digest::of("another subject"), "a/b"));
    push("no manifest");
    EXPECT_EQ(digests(), digest_list{good});
}

TEST_F(referrer_store_test, filters_by_the_artifact_type_to_the_byte) {
    const auto sbom = push_numbered(1, "a/sbom"), signature = push_numbered(2, "a/signature");
    const auto untyped = push(test::index_of(sbom, R"(,"subject":{"digest":")" + subject.str() + "\"}"));
    EXPECT_EQ(digests({.artifact_types = {"a/sbom"}}), digest_list{sbom});
    EXPECT_EQ(digests({.artifact_types = {"a/sbom", "a/signature"}}), sorted({sbom, signature}));
    EXPECT_EQ(digests({.artifact_types = {""}}), digest_list{untyped});
    for (const char* none : {"a/SBOM", "a/sbo", "a/sbom ", "*"})
        EXPECT_TRUE(digests({.artifact_types = {none}}).empty());
}

TEST_F(referrer_store_test, merges_what_an_index_under_the_referrers_tag_lists) {
    const auto linked = push_numbered(1);
    const auto tagged = test::store_manifest(driver, repo, test::artifact(subject, "only/tagged"));
    const auto unrelated = test::store_manifest(driver, repo, test::artifact(oci::digest::of("other"), "a/b"));
    const auto absent = oci::digest::of("absent");
    std::string children;
    for (const auto& digest : {tagged, linked, unrelated, absent, tagged})
        children += (children.empty() ? "" : ",") + (R"({"artifactType":"a/lie","digest":")" + digest.str() + "\"}");
    const auto index = test::store_manifest(driver, repo, R"({"schemaVersion":2,"manifests":[)" + children + "]}");
    tag_for(subject, index.str());
    EXPECT_EQ(digests(), sorted({linked, tagged}));
    EXPECT_EQ(digests({.artifact_types = {"only/tagged"}}), digest_list{tagged});
    EXPECT_TRUE(digests({.artifact_types = {"a/lie"}}).empty()) << "the index's own descriptors are not believed";
}

TEST_F(referrer_store_test, finds_the_tag_of_a_long_digest_which_has_only_its_first_digits) {
    const auto long_subject = oci::digest::of("subject", hash_function::sha512);
    const auto tagged = test::store_manifest(driver, repo, test::artifact(long_subject, "a/b"));
    tag_for(long_subject, test::store_manifest(driver, repo, test::index_of(tagged)).str());
    EXPECT_EQ(digests({}, long_subject), digest_list{tagged});
}

TEST_F(referrer_store_test, is_not_disturbed_by_a_referrers_tag_that_is_none) {
    const auto linked = push_numbered(1);
    const auto image = test::store_manifest(driver, repo, test::artifact(oci::digest::of("other"), "a/b"));
    const auto no_manifest = test::store_manifest(driver, repo, "no manifest");
    const auto damaged = test::store_manifest(driver, repo, test::index_of(image));
    test::run(driver.put(layout::blob_data(damaged), "damaged"));
    for (const std::string& link : {image.str(), no_manifest.str(), damaged.str(), oci::digest::of("absent").str(),
                                    std::string{"rubbish"}, std::string{}}) {
        tag_for(subject, link);
        EXPECT_EQ(digests(), digest_list{linked}) << link;
    }
}

TEST_F(referrer_store_test, pages_hold_as_many_as_are_asked_for) {
    digest_list pushed;
    for (int i = 0; i < 25; ++i) pushed.push_back(push_numbered(i));
    for (const std::size_t limit : {std::size_t{1}, std::size_t{7}, std::size_t{24}, std::size_t{25}}) {
        digest_list seen;
        referrer_store::query asked{.limit = limit};
        do {
            const auto page = list(asked);
            EXPECT_LE(page.entries.size(), limit);
            for (const auto& entry : page.entries) seen.push_back(entry.digest);
            asked.after = page.next;
        } while (!asked.after.empty());
        EXPECT_EQ(seen, sorted(pushed)) << limit;
    }
    EXPECT_EQ(list({.limit = 25}).next, "");
}

TEST_F(referrer_store_test, a_page_ends_before_it_has_too_many_bytes) {
    digest_list pushed;
    for (int i = 0; i < 20; ++i) pushed.push_back(push_numbered(i));
    const std::size_t one = list({.limit = 1}).entries[0].descriptor.size();
    referrer_store::query asked{.max_json_bytes = 3 * one + one / 2};
    digest_list seen;
    do {
        const auto page = list(asked);
        EXPECT_LE(page.entries.size(), 3u);
        for (const auto& entry : page.entries) seen.push_back(entry.digest);
        asked.after = page.next;
    } while (!asked.after.empty());
    EXPECT_EQ(seen, sorted(pushed));
}

TEST_F(referrer_store_test, a_referrer_larger_than_a_page_has_one_for_itself) {
    const digest_list pushed = sorted({push_numbered(1), push_numbered(2)});
    const auto page = list({.max_json_bytes = 10});
    ASSERT_EQ(page.entries.size(), 1u);
    EXPECT_EQ(page.entries[0].digest, pushed[0]);
    EXPECT_EQ(page.next, pushed[0].str());
}

TEST_F(referrer_store_test, a_page_reads_a_bounded_number_of_manifests_and_says_where_to_go_on) {
    digest_list wanted;
    for (int i = 0; i < 1200; ++i) {
        const auto digest = push_numbered(i, i % 400 == 0 ? "a/rare" : "a/b");
        if (i % 400 == 0) wanted.push_back(digest);
    }
    digest_list seen;
    referrer_store::query asked{.artifact_types = {"a/rare"}};
    int pages = 0;
    do {
        const auto page = list(asked);
        for (const auto& entry : page.entries) seen.push_back(entry.digest);
        asked.after = page.next;
        ++pages;
    } while (!asked.after.empty());
    EXPECT_EQ(seen, sorted(wanted));
    EXPECT_EQ(pages, 2);
}

TEST_F(referrer_store_test, what_the_tag_names_stands_among_the_links_on_every_page) {
    digest_list expected;
    std::string children;
    for (int i = 0; i < 1500; ++i) {
        const std::string bytes =
            test::artifact(subject, "a/b", R"(,"annotations":{"n":")" + std::to_string(i) + "\"}");
        const auto digest = test::store_manifest(driver, repo, bytes, hash_function::sha256);
        expected.push_back(digest);
        if (i % 10 != 0) test::run(referrers.add(repo, subject, digest));
        if (i % 7 == 0 || i % 10 == 0)
            children +=
                (children.empty() ? "" : ",") + (R"({"mediaType":"x/y","size":1,"digest":")" + digest.str() + "\"}");
    }
    const std::string index = R"({"schemaVersion":2,"manifests":[)" + children + "]}";
    tag_for(subject, test::store_manifest(driver, repo, index, hash_function::sha256).str());
    for (const std::size_t limit : {std::size_t{1000}, std::size_t{400}, std::size_t{333}}) {
        referrer_store::query asked;
        asked.limit = limit;
        digest_list found;
        for (int pages = 0; pages < 10; ++pages) {
            const auto page = list(asked);
            for (const auto& entry : page.entries) found.push_back(entry.digest);
            asked.after = page.next;
            if (page.next.empty()) break;
        }
        EXPECT_EQ(found, sorted(expected)) << limit;
    }
}

}  // namespace berth::registry
