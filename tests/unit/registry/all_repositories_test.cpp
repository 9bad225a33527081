#include "registry/all_repositories.hpp"

#include "storage/layout.hpp"
#include "storage/memory/memory_driver.hpp"
#include "support/run.hpp"

#include <gtest/gtest.h>

namespace berth::registry {
namespace {

class all_repositories_test : public testing::Test {
protected:
    storage::memory_driver driver;

    void write(const std::string& below) {
        test::run(driver.put(storage::layout::repositories() + "/" + below, "sha256:"));
    }
    std::vector<std::string> found() {
        std::vector<std::string> names;
        for (const auto& name : test::run(all_repositories(driver))) names.push_back(name.str());
        return names;
    }
};

TEST_F(all_repositories_test, finds_them_at_every_depth) {
    write("a/_manifests/x");
    write("a/b/c/d/_layers/x");
    write("a/b-c/_manifests/x");
    write("z/_uploads/x");
    EXPECT_EQ(found(), (std::vector<std::string>{"a", "a/b-c", "a/b/c/d"}));
}

TEST_F(all_repositories_test, finds_none_where_there_is_nothing) {
    EXPECT_TRUE(found().empty());
}

TEST_F(all_repositories_test, refuses_a_folder_that_can_be_no_repository) {
    write("a/_manifests/x");
    write("a/Upper/_manifests/x");
    EXPECT_THROW(found(), storage::error);
}

TEST_F(all_repositories_test, refuses_a_name_that_is_too_long_for_one) {
    std::string deep = "a";
    while (deep.size() <= 255) deep += "/aaaaaaaaaaaaaaa";
    write(deep + "/_manifests/x");
    EXPECT_THROW(found(), storage::error);
}

}  // namespace
}  // namespace berth::registry
