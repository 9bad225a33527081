#include "registry/read_manifest.hpp"

#include "oci/manifest.hpp"
#include "storage/memory/memory_driver.hpp"
#include "support/artifact.hpp"

#include <gtest/gtest.h>

namespace berth::registry {

namespace layout = storage::layout;

namespace {
const oci::repository_name repo = *oci::repository_name::parse("team/net");
}  // namespace

TEST(read_manifest, returns_the_bytes_that_were_stored) {
    storage::memory_driver driver;
    for (const hash_function algorithm : {hash_function::sha256, hash_function::sha512}) {
        const auto digest = test::store_manifest(driver, repo, "bytes", algorithm);
        EXPECT_EQ(*test::run(read_manifest(driver, repo, digest)), "bytes");
    }
}

TEST(read_manifest, says_why_there_are_none) {
    storage::memory_driver driver;
    const auto digest = test::store_manifest(driver, repo, "bytes");
    const auto other = *oci::repository_name::parse("other");
    EXPECT_EQ(test::run(read_manifest(driver, other, digest)).error(), no_manifest::not_held);
    test::run(driver.put(layout::blob_data(digest), "byteS"));
    EXPECT_EQ(test::run(read_manifest(driver, repo, digest)).error(), no_manifest::damaged);
    test::run(driver.put(layout::blob_data(digest), std::string(oci::max_manifest_bytes + 1, 'x')));
    EXPECT_EQ(test::run(read_manifest(driver, repo, digest)).error(), no_manifest::damaged);
    test::run(driver.remove(layout::blob_data(digest)));
    EXPECT_EQ(test::run(read_manifest(driver, repo, digest)).error(), no_manifest::missing);
}

}  // namespace berth::registry
