#include "base/random_id.hpp"

#include <gtest/gtest.h>

#include <set>

namespace berth {
namespace {

TEST(random_id, is_a_version_4_uuid) {
    const std::string id = random_uuid();
    EXPECT_TRUE(is_uuid(id)) << id;
    EXPECT_EQ(id[14], '4');
    EXPECT_NE(std::string{"89ab"}.find(id[19]), std::string::npos) << id;
}

TEST(random_id, does_not_repeat) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(random_uuid());
    EXPECT_EQ(seen.size(), 1000U);
}

TEST(random_id, accepts_only_the_form_that_is_stored) {
    EXPECT_TRUE(is_uuid("3f2b7a54-0d6e-4c1a-9f3e-5a1c2b3d4e5f"));
    for (const char* text : {"", "3F2B7A54-0D6E-4C1A-9F3E-5A1C2B3D4E5F", "3f2b7a540d6e4c1a9f3e5a1c2b3d4e5f",
                             "3f2b7a54-0d6e-4c1a-9f3e-5a1c2b3d4e5", "3f2b7a54-0d6e-4c1a-9f3e-5a1c2b3d4e5f0",
                             "3f2b7a5-40d6e-4c1a-9f3e-5a1c2b3d4e5f", "../../../../../../../../../../etc/xx"})
        EXPECT_FALSE(is_uuid(text)) << text;
}

}  // namespace
}  // namespace berth
