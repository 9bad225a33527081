#include "registry/list_digests.hpp"

#include "storage/memory/memory_driver.hpp"
#include "support/run.hpp"

#include <gtest/gtest.h>

namespace berth::registry {

namespace {

using texts = std::vector<std::string>;

texts listed(storage::driver& driver, std::string after, std::size_t limit) {
    texts found;
    for (const auto& digest : test::run(list_digests(driver, "/folder", std::move(after), limit)))
        found.push_back(digest.str());
    return found;
}

}  // namespace

TEST(list_digests, finds_both_algorithms_in_order_and_passes_over_the_rest) {
    storage::memory_driver driver;
    const std::string a(64, 'a'), b(64, 'b'), long_c(128, 'c');
    for (const std::string& file :
         {"sha512/" + long_c + "/link", "sha256/" + b + "/link", "sha256/" + a + "/link", "sha256/" + a + "/other",
          std::string{"sha256/short/link"}, "md5/" + a + "/link", std::string{"sha256/README"}, std::string{"file"}})
        test::run(driver.put("/folder/" + file, "x"));
    EXPECT_EQ(listed(driver, "", 10), (texts{"sha256:" + a, "sha256:" + b, "sha512:" + long_c}));
}

TEST(list_digests, goes_on_after_any_text_and_across_the_algorithms) {
    storage::memory_driver driver;
    texts all;
    for (const char c : std::string{"0123456789abcdef"}) {
        all.push_back("sha256:" + std::string(64, c));
        test::run(driver.put("/folder/sha256/" + std::string(64, c) + "/link", "x"));
        test::run(driver.put("/folder/sha256/" + std::string(63, c) + "/link", "x"));  // no digest
    }
    for (const char c : std::string{"0af"}) {
        all.push_back("sha512:" + std::string(128, c));
        test::run(driver.put("/folder/sha512/" + std::string(128, c) + "/link", "x"));
    }
    for (std::size_t limit = 1; limit <= all.size() + 1; ++limit) {
        texts found, page;
        do {
            page = listed(driver, found.empty() ? "" : found.back(), limit);
            found.insert(found.end(), page.begin(), page.end());
        } while (page.size() == limit);
        EXPECT_EQ(found, all) << limit;
    }
    EXPECT_EQ(listed(driver, "sha256:g", 1), texts{all[16]});
    EXPECT_EQ(listed(driver, "sha3", 1), texts{all[16]});
    EXPECT_EQ(listed(driver, "../..", 1), texts{all[0]});
    EXPECT_EQ(listed(driver, "sha256:../..", 1), texts{all[0]});
    EXPECT_EQ(listed(driver, std::string{"sha256:\0\xff", 9}, 1), texts{all[0]});
    EXPECT_EQ(listed(driver, "sha512:" + std::string(200, 'f'), 10), texts{});
}

TEST(list_digests, finds_nothing_in_a_folder_that_is_not_there) {
    storage::memory_driver driver;
    EXPECT_TRUE(listed(driver, "", 10).empty());
}

}  // namespace berth::registry
