// docs/reliability.md has all rows, and names tests that there are.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
    std::ifstream in{file};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace

TEST(reliability_page, has_a_test_for_every_row_that_bears_its_number) {
    const fs::path docs = fs::path{BERTH_SOURCE_DIR} / "docs";
    std::istringstream page{content_of(docs / "reliability.md")};
    const std::regex row{R"(\| (\d+) \|.*)"}, link{R"(\[([a-z_0-9]+)\.([a-z_0-9]+)\]\(([^)]+)\))"};
    std::set<int> rows;
    for (std::string line; std::getline(page, line);) {
        std::smatch found;
        if (!std::regex_match(line, found, row)) continue;
        const std::string number = found[1];
        rows.insert(std::stoi(number));
        int tests = 0;
        for (std::sregex_iterator at{line.begin(), line.end(), link}, end; at != end; ++at, ++tests) {
            const std::string name = (*at)[2], source = content_of(docs / (*at)[3].str());
            EXPECT_NE(name.find("row_" + std::string(number.size() < 2 ? 1 : 0, '0') + number), std::string::npos)
                << name;
            const bool is_there =
                source.find(name + ")") != std::string::npos || source.find("def " + name + "(") != std::string::npos;
            EXPECT_TRUE(is_there) << name << " in " << (*at)[3];
        }
        EXPECT_GT(tests, 0) << "row " << number;
    }
    EXPECT_EQ(rows.size(), 50u);
}
