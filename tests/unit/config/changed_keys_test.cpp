#include "config/changed_keys.hpp"

#include <gtest/gtest.h>

namespace berth::config {
namespace {

using keys = std::vector<std::string>;

loaded sound(const std::string& yaml) {
    loaded read = load_text("version: 0.1\n" + yaml, "f", {});
    EXPECT_TRUE(read.usable()) << read.findings.front().str();
    return read;
}

keys changed(const std::string& before, const std::string& after) {
    return changed_keys(sound(before), sound(after));
}

}  // namespace

TEST(changed_keys, are_those_that_say_something_else) {
    EXPECT_EQ(changed("storage: {inmemory: {}}\nhttp: {addr: ':5000', relativeurls: true}\n",
                      "storage: {inmemory: {}}\nhttp: {addr: ':5001', relativeurls: true}\n"),
              keys{"http.addr"});
    EXPECT_EQ(changed("storage: {filesystem: {rootdirectory: /a}, delete: {enabled: true}}\n",
                      "storage: {filesystem: {rootdirectory: /b}}\n"),
              (keys{"storage.filesystem.rootdirectory", "storage.delete.enabled"}));
}

TEST(changed_keys, are_none_where_the_default_is_written_or_left_out) {
    EXPECT_EQ(changed("storage: inmemory\n", "storage: {inmemory: {}}\nhttp: {addr: ':5000'}\nlog: {level: info}\n"),
              keys{});
}

TEST(changed_keys, are_found_in_lists_and_among_secrets) {
    const std::string storage = "storage: {inmemory: {}}\n";
    EXPECT_EQ(changed(storage + "health: {file: [{file: /a}]}\n", storage + "health: {file: [{file: /b}]}\n"),
              keys{"health.file"});
    EXPECT_EQ(changed(storage + "http: {secret: a}\n", storage + "http: {secret: b}\n"), keys{"http.secret"});
}

TEST(changed_keys, are_the_storage_where_another_driver_is_chosen) {
    EXPECT_EQ(changed("storage: {inmemory: {}}\n", "storage: {filesystem: {}}\n"), keys{"storage"});
}

}  // namespace berth::config
