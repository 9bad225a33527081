#include "registry/list_digests.hpp"

#include "storage/memory/memory_driver.hpp"
#include "support/run.hpp"

#include <gtest/gtest.h>

namespace berth::registry {

TEST(list_digests, finds_both_algorithms_in_order_and_passes_over_the_rest) {
    storage::memory_driver driver;
    const std::string a(64, 'a'), b(64, 'b'), long_c(128, 'c');
    for (const std::string& file :
         {"sha512/" + long_c + "/link", "sha256/" + b + "/link", "sha256/" + a + "/link", "sha256/" + a + "/other",
          std::string{"sha256/short/link"}, "md5/" + a + "/link", std::string{"sha256/README"}, std::string{"file"}})
        test::run(driver.put("/folder/" + file, "x"));
    const auto found = test::run(list_digests(driver, "/folder"));
    std::vector<std::string> texts;
    for (const auto& digest : found) texts.push_back(digest.str());
    EXPECT_EQ(texts, (std::vector<std::string>{"sha256:" + a, "sha256:" + b, "sha512:" + long_c}));
}

TEST(list_digests, finds_nothing_in_a_folder_that_is_not_there) {
    storage::memory_driver driver;
    EXPECT_TRUE(test::run(list_digests(driver, "/folder")).empty());
}

}  // namespace berth::registry
