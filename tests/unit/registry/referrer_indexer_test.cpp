#include "registry/referrer_indexer.hpp"

#include "storage/memory/memory_driver.hpp"
#include "support/artifact.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::repository_name other = *oci::repository_name::parse("other");
const oci::digest subject = oci::digest::of("subject");

class referrer_indexer_test : public testing::Test {
protected:
    storage::memory_driver driver;
    referrer_store referrers{driver};
    std::vector<std::string> complaints;

    referrer_indexer indexer(bool dry_run = false) {
        referrer_indexer::options how{.dry_run = dry_run};
        how.on_unreadable = [this](const oci::repository_name& name, const oci::digest& digest, const std::string&) {
            complaints.push_back(name.str() + "@" + digest.str());
        };
        return referrer_indexer{driver, referrers, std::move(how)};
    }
    referrer_indexer::counts index_all(bool dry_run = false) {
        auto walk = indexer(dry_run);
        return test::run(walk.index_all());
    }
};

}  // namespace

TEST_F(referrer_indexer_test, adds_what_has_a_subject_in_every_repository) {
    const auto here = test::store_manifest(driver, repo, test::artifact(subject, "a/b"));
    const auto there = test::store_manifest(driver, other, test::artifact(here, "a/b"), hash_function::sha512);
    test::store_manifest(driver, repo, test::index_of(here));
    const auto counts = index_all();
    EXPECT_EQ(counts.repositories, 2u);
    EXPECT_EQ(counts.manifests, 3u);
    EXPECT_EQ(counts.links, 2u);
    EXPECT_EQ(counts.unreadable, 0u);
    EXPECT_TRUE(test::run(referrers.has(repo, subject, here)));
    EXPECT_TRUE(test::run(referrers.has(other, here, there)));
    EXPECT_FALSE(test::run(referrers.has(other, subject, here)));
}

TEST_F(referrer_indexer_test, has_nothing_left_to_do_the_second_time) {
    test::store_manifest(driver, repo, test::artifact(subject, "a/b"));
    EXPECT_EQ(index_all().links, 1u);
    EXPECT_EQ(index_all().links, 0u);
}

TEST_F(referrer_indexer_test, writes_nothing_in_a_dry_run) {
    const auto digest = test::store_manifest(driver, repo, test::artifact(subject, "a/b"));
    EXPECT_EQ(index_all(true).links, 1u);
    EXPECT_FALSE(test::run(referrers.has(repo, subject, digest)));
}

TEST_F(referrer_indexer_test, keeps_to_one_repository_when_told_to) {
    const auto here = test::store_manifest(driver, repo, test::artifact(subject, "a/b"));
    const auto there = test::store_manifest(driver, other, test::artifact(subject, "a/b"));
    auto walk = indexer();
    const auto counts = test::run(walk.index(repo));
    EXPECT_EQ(counts.repositories, 1u);
    EXPECT_EQ(counts.links, 1u);
    EXPECT_TRUE(test::run(referrers.has(repo, subject, here)));
    EXPECT_FALSE(test::run(referrers.has(other, subject, there)));
}

TEST_F(referrer_indexer_test, goes_on_after_manifests_that_cannot_be_read) {
    const auto missing = test::store_manifest(driver, repo, test::artifact(subject, "a/missing"));
    const auto damaged = test::store_manifest(driver, repo, test::artifact(subject, "a/damaged"));
    const auto good = test::store_manifest(driver, repo, test::artifact(subject, "a/good"));
    test::run(driver.remove(layout::blob_data(missing)));
    test::run(driver.put(layout::blob_data(damaged), "damaged"));
    const auto counts = index_all();
    EXPECT_EQ(counts.manifests, 1u);
    EXPECT_EQ(counts.links, 1u);
    EXPECT_EQ(counts.unreadable, 2u);
    EXPECT_TRUE(test::run(referrers.has(repo, subject, good)));
    EXPECT_EQ(complaints.size(), 2u);
    for (const auto& digest : {missing, damaged})
        EXPECT_NE(std::ranges::find(complaints, "team/net@" + digest.str()), complaints.end());
}

TEST_F(referrer_indexer_test, passes_over_folders_that_deleted_manifests_left) {
    test::run(driver.put(layout::revisions(repo) + "/sha256/" + subject.hex() + "/left-behind", ""));
    const auto counts = index_all();
    EXPECT_EQ(counts.manifests + counts.unreadable, 0u);
    EXPECT_TRUE(complaints.empty());
}

TEST_F(referrer_indexer_test, walks_more_repositories_than_a_page_of_the_catalog_holds) {
    const std::string bytes = test::artifact(subject, "a/b");
    for (int i = 0; i < 1100; ++i)
        test::store_manifest(driver, *oci::repository_name::parse("team/net-" + std::to_string(i)), bytes);
    EXPECT_EQ(index_all().links, 1100u);
}

}  // namespace berth::registry
