#include "config/keys.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

namespace berth::config {
namespace {

std::string between(const std::string& text, char begin, char end) {
    const std::size_t from = text.find(begin);
    const std::size_t to = text.find(end, from + 1);
    return from == std::string::npos || to == std::string::npos ? "" : text.substr(from + 1, to - from - 1);
}

// Default by key, of every row "| `http.addr` | `:5000` | ...".
std::map<std::string, std::string> documented() {
    std::ifstream page{BERTH_SOURCE_DIR "/docs/configuration.md"};
    std::map<std::string, std::string> rows;
    for (std::string line; std::getline(page, line);) {
        if (!line.starts_with("| `")) continue;
        const std::string key = between(line, '`', '`');
        const std::string fallback = between(line.substr(line.find('|', 1)), '|', '|');
        EXPECT_TRUE(rows.emplace(key, between(fallback, '`', '`')).second) << key << " has two rows";
    }
    return rows;
}

std::map<std::string, std::string> known() {
    std::map<std::string, std::string> keys;
    for (const key& each : all_keys()) {
        keys.emplace(each.path, each.fallback);
        if (!each.elements) continue;
        for (const key_name& below : each.elements())
            keys.emplace(std::string{each.path} + "[]." + std::string{below.path}, below.fallback);
    }
    return keys;
}

TEST(documented, are_all_keys_with_their_defaults_and_no_others) {
    const auto rows = documented();
    const auto keys = known();
    for (const auto& [key, fallback] : keys) {
        const auto row = rows.find(key);
        if (row == rows.end()) {
            ADD_FAILURE() << "docs/configuration.md lacks a row: | `" << key << "` | "
                          << (fallback.empty() ? "" : "`" + fallback + "`") << " | ... |";
        } else {
            EXPECT_EQ(row->second, fallback) << "the default of " << key << " in docs/configuration.md";
        }
    }
    for (const auto& [key, fallback] : rows)
        EXPECT_TRUE(keys.contains(key)) << "docs/configuration.md has a row of " << key << ", which is no key";
}

}  // namespace
}  // namespace berth::config
