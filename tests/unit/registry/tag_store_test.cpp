#include "registry/tag_store.hpp"

#include "storage/memory/memory_driver.hpp"
#include "support/run.hpp"
#include "support/temporary_directory.hpp"
#include "support/wrapped_driver.hpp"

#include <gtest/gtest.h>

namespace berth::registry {

namespace layout = storage::layout;
using names = std::vector<std::string>;

class tag_list_test : public testing::Test {
protected:
    void set(const std::string& tag) { test::run(tags.set(repo, *oci::tag::parse(tag), oci::digest::of("manifest"))); }
    storage::name_page list(std::string last, std::size_t limit) {
        return test::run(tags.list(repo, std::move(last), limit)).value();
    }

    storage::memory_driver driver;
    tag_store tags{driver};
    const oci::repository_name repo = *oci::repository_name::parse("team/net");
};

TEST_F(tag_list_test, has_all_tags_in_byte_order) {
    for (const char* tag : {"b", "a", "a-1", "10", "9", "A", "_a", "a.1"}) set(tag);
    EXPECT_EQ(list("", storage::all_names).names, (names{"10", "9", "A", "_a", "a", "a-1", "a.1", "b"}));
    EXPECT_EQ(list("A", storage::all_names).names, (names{"_a", "a", "a-1", "a.1", "b"}));
}

TEST_F(tag_list_test, pages_meet_every_tag_once) {
    const names all{"a", "a-1", "a-1.2", "a.1", "a0", "b"};
    for (const auto& tag : all) set(tag);
    for (std::size_t limit = 1; limit <= all.size() + 1; ++limit) {
        names seen;
        for (bool more = true; more;) {
            const auto page = list(seen.empty() ? "" : seen.back(), limit);
            seen.insert(seen.end(), page.names.begin(), page.names.end());
            more = page.more;
            EXPECT_EQ(more, seen.size() < all.size());
        }
        EXPECT_EQ(seen, all) << "pages of " << limit;
    }
}

TEST_F(tag_list_test, what_is_no_tag_neither_counts_nor_shortens_a_page) {
    for (const char* tag : {"a", "c", "e"}) set(tag);
    for (const char* rubbish : {".b", "b b", "d~", "d~~", "d~~~", "f@", "g@"})
        test::run(driver.put(layout::tags(repo) + "/" + rubbish + "/current/link", "x"));
    EXPECT_EQ(list("", 2).names, (names{"a", "c"}));
    EXPECT_TRUE(list("", 2).more);
    EXPECT_EQ(list("a", 2).names, (names{"c", "e"}));
    EXPECT_FALSE(list("a", 2).more);
    EXPECT_EQ(list("", 3).names, (names{"a", "c", "e"}));
    EXPECT_FALSE(list("", 3).more);
    EXPECT_TRUE(list("e", 3).names.empty());
}

TEST_F(tag_list_test, begins_after_any_text) {
    for (const char* tag : {"a", "b", "c"}) set(tag);
    EXPECT_EQ(list("aa", 1).names, names{"b"});
    EXPECT_EQ(list("../../..", 1).names, names{"a"});
    EXPECT_EQ(list("a/../c", 1).names, names{"b"});
    EXPECT_EQ(list(std::string{"a\0", 2}, 1).names, names{"b"});
    EXPECT_EQ(list("b\xff", 1).names, names{"c"});
    EXPECT_EQ(list(std::string(40'000, 'b'), 1).names, names{"c"});
    EXPECT_EQ(list("z", 1).names, names{});
}

TEST_F(tag_list_test, of_a_repository_without_tags_is_empty) {
    test::run(driver.put(layout::layer_link(repo, oci::digest::of("x")), "x"));
    EXPECT_EQ(list("", storage::all_names).names, names{});
    EXPECT_EQ(list("a", 5).names, names{});
    EXPECT_FALSE(list("", 5).more);
}

TEST_F(tag_list_test, of_no_tags_is_empty_and_has_no_more) {
    set("a");
    EXPECT_EQ(list("", 0).names, names{});
    EXPECT_FALSE(list("", 0).more);
}

TEST_F(tag_list_test, of_a_repository_that_is_not_there_is_refused) {
    test::run(driver.put(layout::upload_started_at(repo, "1"), "x"));
    for (const std::size_t limit : {std::size_t{0}, std::size_t{5}, storage::all_names})
        EXPECT_EQ(test::run(tags.list(repo, "", limit)).error().code, oci::errc::name_unknown) << limit;
}

class last_tag_test : public testing::Test {
protected:
    void SetUp() override {
        cache::last_answers::options options{.file = directory.path() / "answers"};
        memory.last = std::make_unique<cache::last_answers>(std::move(options));
        test::run(tags.set(repo, v1, manifest));
    }
    void resolve() { EXPECT_TRUE(test::run(tags.resolve(repo, v1)).has_value()); }
    bool is_known() { return test::run(memory.last->find_tag(repo, v1)).has_value(); }

    const oci::repository_name repo = *oci::repository_name::parse("team/net");
    const oci::tag v1 = *oci::tag::parse("v1");
    const oci::digest manifest = oci::digest::of("manifest");
    test::temporary_directory directory;
    cache::node_memory memory{{}};
    storage::memory_driver store;
    test::wrapped_driver driver{store};
    tag_store tags{driver, &memory};
};

TEST_F(last_tag_test, is_forgotten_with_its_tag_though_somebody_reads_it_meanwhile) {
    const auto read_it = [this] { memory.last->note_tag(repo, v1, manifest, memory.last->epoch()); };
    driver.before_remove = read_it;
    EXPECT_TRUE(is_known());
    test::run(tags.remove(repo, v1));
    EXPECT_FALSE(is_known());

    test::run(tags.set(repo, v1, manifest));
    EXPECT_TRUE(is_known());
    test::run(tags.remove_all_of(repo, manifest));
    EXPECT_FALSE(is_known());
}

TEST_F(last_tag_test, does_not_come_back_with_a_read_from_before_its_removal) {
    driver.after_find = [this] { memory.last->forget_tag(repo, v1); };
    resolve();
    EXPECT_FALSE(is_known());
    driver.after_find = {};
    resolve();
    EXPECT_TRUE(is_known());
}

}  // namespace berth::registry
