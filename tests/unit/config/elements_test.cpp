#include "config/elements.hpp"

#include <gtest/gtest.h>

namespace berth::config {
namespace {

struct probe {
    std::string file;
    std::chrono::nanoseconds interval = std::chrono::seconds{10};
};

const element_key<probe> probe_keys[] = {
    {"file", key::kind::single, "", [](const value& v, probe& p) { v.read(p.file); }},
    {"interval", key::kind::single, "10s",
     [](const value& v, probe& p) { v.read(p.interval, std::chrono::milliseconds{1}); }},
};

struct read_list {
    std::vector<probe> probes;
    std::vector<finding> findings;
};

read_list read(const char* yaml) {
    read_list out;
    const auto tree = parse_tree(yaml, {});
    report report{"f"};
    read_elements<probe>({*tree, "health.file", report}, out.probes, probe_keys);
    out.findings = report.take();
    return out;
}

TEST(elements, are_read_one_by_one_with_their_defaults) {
    const auto list = read("- file: /a\n- {file: /b, interval: 2s}");
    ASSERT_EQ(list.probes.size(), 2U);
    EXPECT_EQ(list.probes[0].file, "/a");
    EXPECT_EQ(list.probes[0].interval, std::chrono::seconds{10});
    EXPECT_EQ(list.probes[1].interval, std::chrono::seconds{2});
    EXPECT_TRUE(list.findings.empty());
}

TEST(elements, are_none_where_nothing_is_written) {
    EXPECT_TRUE(read("~").findings.empty());
    EXPECT_TRUE(read("[]").findings.empty());
}

TEST(elements, name_the_place_of_what_is_wrong) {
    const auto list = read("- file: /a\n- file: /b\n  interval: soon");
    ASSERT_EQ(list.findings.size(), 1U);
    EXPECT_EQ(list.findings[0].key, "health.file[1].interval");
    EXPECT_EQ(list.findings[0].line, 3);
}

TEST(elements, guess_what_an_unknown_key_was_meant_to_be) {
    const auto list = read("- file: /a\n  intervall: 2s");
    ASSERT_EQ(list.findings.size(), 1U);
    EXPECT_EQ(list.findings[0].severity, severity::warning);
    EXPECT_EQ(list.findings[0].text, "unknown key, ignored; did you mean interval?");
    EXPECT_EQ(list.findings[0].line, 2);
}

TEST(elements, show_nothing_of_a_key_that_is_no_name) {
    const auto list = read("- {file: /a, interval:s3cr3t}");
    ASSERT_EQ(list.findings.size(), 1U);
    EXPECT_EQ(list.findings[0].str().find("s3cr3t"), std::string::npos) << list.findings[0].str();
}

TEST(elements, say_which_key_is_written_twice) {
    const auto list = read("- {file: /a, file: /b}");
    ASSERT_EQ(list.findings.size(), 1U);
    EXPECT_EQ(list.findings[0].key, "health.file[0].file");
    EXPECT_EQ(list.probes[0].file, "/b");
}

TEST(elements, refuse_what_is_no_list_of_maps) {
    for (const char* yaml : {"file: /a", "[/a]", "text"}) {
        const auto list = read(yaml);
        ASSERT_EQ(list.findings.size(), 1U) << yaml;
        EXPECT_EQ(list.findings[0].severity, severity::error);
    }
}

}  // namespace
}  // namespace berth::config
