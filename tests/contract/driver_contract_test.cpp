#include "contract/driver_contract.hpp"

#include "support/write.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>

namespace berth::test {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t mebibyte = 1024 * 1024;

}  // namespace

TEST_P(driver_contract, finds_what_was_put) {
    put("/a/b/file", "content");
    EXPECT_EQ(find("/a/b/file"), "content");
    EXPECT_EQ(read("/a/b/file"), "content");
    EXPECT_EQ(run(driver().stat("/a/b/file"))->size_bytes, 7u);
}

TEST_P(driver_contract, stat_tells_when_a_file_was_written) {
    // Stores keep time in seconds at worst, by a clock of their own.
    const auto before = std::chrono::system_clock::now() - std::chrono::minutes{1};
    put("/file", "content");
    const auto modified = run(driver().stat("/file"))->modified;
    EXPECT_GT(modified, before);
    EXPECT_LT(modified, before + std::chrono::minutes{10});
}

TEST_P(driver_contract, put_replaces) {
    put("/file", "a longer old content");
    put("/file", "new");
    EXPECT_EQ(find("/file"), "new");
    EXPECT_EQ(run(driver().stat("/file"))->size_bytes, 3u);
}

TEST_P(driver_contract, an_empty_file_is_a_file) {
    put("/empty", "");
    EXPECT_EQ(find("/empty"), "");
    EXPECT_EQ(read("/empty"), "");
    EXPECT_EQ(run(driver().stat("/empty"))->size_bytes, 0u);
}

TEST_P(driver_contract, keeps_every_byte_value) {
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    put("/bytes", all);
    EXPECT_EQ(find("/bytes"), all);
}

TEST_P(driver_contract, what_is_not_there_is_an_ordinary_answer) {
    put("/there/file", "content");
    for (const char* absent : {"/absent", "/there/absent", "/absent/file", "/there/file/below"}) {
        EXPECT_FALSE(exists(absent)) << absent;
        EXPECT_EQ(find(absent), std::nullopt) << absent;
        EXPECT_EQ(read(absent), std::nullopt) << absent;
    }
}

TEST_P(driver_contract, a_directory_is_no_file) {
    put("/foo/file", "content");
    put("/foobar", "content");
    EXPECT_FALSE(exists("/foo"));
    EXPECT_EQ(find("/foo"), std::nullopt);
    EXPECT_EQ(read("/foo"), std::nullopt);
}

TEST_P(driver_contract, a_longer_name_does_not_stand_for_a_shorter_one) {
    put("/foobar", "content");
    EXPECT_FALSE(exists("/foo"));
    EXPECT_EQ(find("/foo"), std::nullopt);
    EXPECT_THAT(list("/foo"), IsEmpty());
}

TEST_P(driver_contract, find_refuses_more_than_its_limit) {
    put("/file", "12345");
    EXPECT_EQ(run(driver().find("/file", 5)), "12345");
    EXPECT_THROW(run(driver().find("/file", 4)), storage::error);
}

TEST_P(driver_contract, opens_ranges) {
    put("/file", "0123456789");
    EXPECT_EQ(read("/file", {0, 4}), "0123");
    EXPECT_EQ(read("/file", {3, 4}), "3456");
    EXPECT_EQ(read("/file", {9, 1}), "9");
    EXPECT_EQ(read("/file", {6, std::nullopt}), "6789");
    EXPECT_EQ(read("/file", {0, std::nullopt}), "0123456789");
}

TEST_P(driver_contract, what_lies_past_the_end_is_not_there) {
    put("/file", "0123456789");
    EXPECT_EQ(read("/file", {8, 100}), "89");
    EXPECT_EQ(read("/file", {10, 1}), "");
    EXPECT_EQ(read("/file", {10, std::nullopt}), "");
    EXPECT_EQ(read("/file", {1000, 5}), "");
    EXPECT_EQ(read("/file", {3, 0}), "");
    put("/empty", "");
    EXPECT_EQ(read("/empty", {0, 5}), "");
    EXPECT_EQ(read("/empty", {5, std::nullopt}), "");
}

TEST_P(driver_contract, a_range_comes_with_the_size_of_the_whole) {
    put("/file", "0123456789");
    EXPECT_EQ(run(driver().open("/file", {3, 2}))->info.size_bytes, 10u);
    EXPECT_EQ(run(driver().open("/file", {100, 2}))->info.size_bytes, 10u);
}

TEST_P(driver_contract, an_end_once_reached_stays_reached) {
    put("/file", "0123");
    auto opened = run(driver().open("/file", {}));
    char buffer[16];
    EXPECT_EQ(run(opened->bytes->read_some(asio::buffer(buffer))), 4u);
    EXPECT_EQ(run(opened->bytes->read_some(asio::buffer(buffer))), 0u);
    EXPECT_EQ(run(opened->bytes->read_some(asio::buffer(buffer))), 0u);
}

TEST_P(driver_contract, a_file_may_be_left_half_read) {
    put("/file", sample_bytes(3 * mebibyte));
    auto opened = run(driver().open("/file", {}));
    char buffer[16];
    EXPECT_GT(run(opened->bytes->read_some(asio::buffer(buffer))), 0u);
    opened.reset();
    EXPECT_EQ(read("/file", {mebibyte, 10}), sample_bytes(3 * mebibyte).substr(mebibyte, 10));
}

TEST_P(driver_contract, writes_files_of_sizes_around_a_part) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, 5 * mebibyte - 1, 5 * mebibyte, 5 * mebibyte + 1}) {
        const std::string bytes = sample_bytes(size);
        auto writer = create("/staging/data");
        if (size != 0) write(*writer, bytes);
        run(writer->commit("/target/data"));
        run(writer->clean_up());
        EXPECT_EQ(run(driver().stat("/target/data"))->size_bytes, size);
        EXPECT_TRUE(read("/target/data") == bytes) << size;
    }
}

TEST_P(driver_contract, writes_many_odd_pieces_byte_for_byte) {
    const std::string bytes = sample_bytes(17 * mebibyte + 12'345);
    auto writer = create("/staging/data");
    std::size_t step = 1;
    for (std::size_t at = 0; at < bytes.size(); at += step, step = step * 7 % 1'300'021 + 1)
        write(*writer, std::string_view{bytes}.substr(at, step));
    run(writer->settle());
    run(writer->commit("/target/data"));
    run(writer->clean_up());
    EXPECT_TRUE(read("/target/data") == bytes);
    const std::size_t offset = 10 * mebibyte - 3;
    EXPECT_TRUE(read("/target/data", {offset, 6 * mebibyte}) == bytes.substr(offset, 6 * mebibyte));
}

TEST_P(driver_contract, writes_one_large_piece) {
    const std::string bytes = sample_bytes(21 * mebibyte);
    auto writer = create("/staging/data");
    write(*writer, bytes);
    run(writer->commit("/target/data"));
    run(writer->clean_up());
    EXPECT_TRUE(read("/target/data") == bytes);
}

TEST_P(driver_contract, a_write_from_another_strand_goes_on_after_settle) {
    const std::string bytes = sample_bytes(14 * mebibyte);
    auto writer = create("/staging/data");
    for (std::size_t at = 0; at < bytes.size(); at += 2 * mebibyte) {  // run() takes a new strand each time
        write(*writer, std::string_view{bytes}.substr(at, 2 * mebibyte));
        run(writer->settle());
    }
    run(writer->commit("/target/data"));
    run(writer->clean_up());
    EXPECT_TRUE(read("/target/data") == bytes);
}

TEST_P(driver_contract, what_was_written_can_be_read_back_before_commit_or_clean_up) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{100}, 5 * mebibyte, 11 * mebibyte + 1}) {
        const std::string bytes = sample_bytes(size);
        auto committed = create("/staging/data");
        if (size != 0) write(*committed, bytes);
        EXPECT_TRUE(run(async::read_all(*run(committed->read_back()), 20 * mebibyte)) == bytes) << size;
        EXPECT_FALSE(exists("/target/data"));
        run(committed->commit("/target/data"));
        run(committed->clean_up());
        EXPECT_TRUE(read("/target/data") == bytes) << size;
        EXPECT_THAT(list("/staging"), IsEmpty());

        auto cancelled = create("/staging/data");
        if (size != 0) write(*cancelled, bytes);
        run(cancelled->read_back());
        run(cancelled->clean_up());
        EXPECT_THAT(list("/staging"), IsEmpty());
        run(driver().remove("/target"));
    }
}

TEST_P(driver_contract, a_saved_file_is_gone_on_with_by_whoever_has_what_save_returned) {
    const std::string bytes = sample_bytes(17 * mebibyte);
    auto writer = create("/staging/data");
    std::size_t at = 0, saves = 0;
    for (const std::size_t size : {std::size_t{1}, 5 * mebibyte - 100, 6 * mebibyte, 100 * mebibyte}) {
        const std::string_view piece = std::string_view{bytes}.substr(at, size);
        at += piece.size();
        write(*writer, piece);
        run(writer->settle());
        const std::string rest = "/staging/rest-" + std::to_string(++saves);
        const std::string saved = run(writer->save(rest));
        // What comes after the save, and is not saved, does not count.
        write(*writer, "lost");
        run(writer->settle());
        writer.reset();
        writer = run(driver().resume("/staging/data", saved, rest, at));
    }
    EXPECT_FALSE(exists("/target/data"));
    run(writer->commit("/target/data"));
    run(writer->clean_up());
    EXPECT_TRUE(read("/target/data") == bytes);
    EXPECT_FALSE(exists("/staging/data"));
}

TEST_P(driver_contract, a_save_changes_nothing_for_who_goes_on_with_the_same_writer) {
    const std::string bytes = sample_bytes(12 * mebibyte);
    auto writer = create("/staging/data");
    for (std::size_t at = 0; at < bytes.size(); at += 3 * mebibyte) {
        write(*writer, std::string_view{bytes}.substr(at, 3 * mebibyte));
        run(writer->settle());
        run(writer->save("/staging/rest-" + std::to_string(at)));
    }
    run(writer->commit("/target/data"));
    run(writer->clean_up());
    EXPECT_TRUE(read("/target/data") == bytes);
}

TEST_P(driver_contract, a_commit_that_broke_off_is_done_again_by_who_resumes) {
    const std::string bytes = sample_bytes(11 * mebibyte);
    auto writer = create("/staging/data");
    write(*writer, bytes);
    run(writer->settle());
    const std::string saved = run(writer->save("/staging/rest"));
    run(async::read_all(*run(writer->read_back()), 20 * mebibyte));  // which may have completed it
    writer.reset();
    auto resumed = run(driver().resume("/staging/data", saved, "/staging/rest", bytes.size()));
    run(resumed->commit("/target/data"));
    run(resumed->clean_up());
    EXPECT_TRUE(read("/target/data") == bytes);
}

TEST_P(driver_contract, what_is_gone_cannot_be_resumed) {
    for (const std::size_t size : {std::size_t{100}, 11 * mebibyte}) {
        auto writer = create("/staging/data");
        write(*writer, sample_bytes(size));
        run(writer->settle());
        const std::string saved = run(writer->save("/staging/rest"));
        run(writer->clean_up());
        remove("/staging");
        const auto go_on = [&] {
            auto resumed = run(driver().resume("/staging/data", saved, "/staging/rest", size));
            run(resumed->commit("/target/data"));
        };
        EXPECT_THROW(go_on(), storage::staging_lost) << size;
        EXPECT_FALSE(exists("/target/data"));
    }
}

TEST_P(driver_contract, nothing_is_visible_before_commit) {
    for (const std::size_t size : {std::size_t{100}, 11 * mebibyte}) {
        const std::string target = "/target/" + std::to_string(size);
        auto writer = create("/staging/data");
        write(*writer, sample_bytes(size));
        run(writer->settle());
        EXPECT_FALSE(exists(target));
        EXPECT_THAT(list("/target"), testing::Not(testing::Contains(std::to_string(size))));
        run(writer->commit(target));
        run(writer->clean_up());
        EXPECT_TRUE(exists(target));
    }
}

TEST_P(driver_contract, commit_replaces_what_is_there) {
    for (const std::size_t size : {std::size_t{100}, 11 * mebibyte}) {
        put("/target/data", sample_bytes(200, 2));
        auto writer = create("/staging/data");
        write(*writer, sample_bytes(size));
        EXPECT_EQ(find("/target/data"), sample_bytes(200, 2));
        run(writer->commit("/target/data"));
        run(writer->clean_up());
        EXPECT_TRUE(find("/target/data") == sample_bytes(size));
    }
}

TEST_P(driver_contract, staging_is_gone_after_commit) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{100}, 11 * mebibyte}) {
        auto writer = create("/staging/data");
        if (size != 0) write(*writer, sample_bytes(size));
        run(writer->commit("/target/data"));
        run(writer->clean_up());
        EXPECT_FALSE(exists("/staging/data"));
        EXPECT_THAT(list("/staging"), IsEmpty());
        run(writer->clean_up());
        EXPECT_TRUE(exists("/target/data"));
    }
}

TEST_P(driver_contract, staging_is_gone_after_giving_up) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{100}, 11 * mebibyte}) {
        auto writer = create("/staging/data");
        if (size != 0) write(*writer, sample_bytes(size));
        run(writer->clean_up());
        run(writer->clean_up());
        EXPECT_FALSE(exists("/staging/data"));
        EXPECT_THAT(list("/staging"), IsEmpty());
    }
}

TEST_P(driver_contract, a_writer_at_a_used_staging_path_starts_anew) {
    auto first = create("/staging/data");
    write(*first, "a longer first content");
    run(first->clean_up());
    auto second = create("/staging/data");
    write(*second, "second");
    run(second->commit("/target/data"));
    run(second->clean_up());
    EXPECT_EQ(find("/target/data"), "second");
}

TEST_P(driver_contract, lists_names_in_byte_order_once) {
    for (const char* file :
         {"/dir/b", "/dir/ab", "/dir/a-b/x", "/dir/a/b", "/dir/a/c", "/dir/a/d/e", "/dir/A", "/dir/a_b"})
        put(file, "");
    EXPECT_THAT(list("/dir"), ElementsAre("A", "a", "a-b", "a_b", "ab", "b"));
    EXPECT_THAT(list("/dir/a"), ElementsAre("b", "c", "d"));
    EXPECT_THAT(list("/dir/a/d"), ElementsAre("e"));
}

TEST_P(driver_contract, lists_only_the_directory_that_was_asked_for) {
    for (const char* file : {"/a/b/file", "/a-b/file", "/ab/file", "/b/a/file"}) put(file, "");
    EXPECT_THAT(list("/a"), ElementsAre("b"));
    EXPECT_THAT(list("/a/b"), ElementsAre("file"));
}

TEST_P(driver_contract, lists_nothing_where_nothing_is) {
    EXPECT_THAT(list("/absent"), IsEmpty());
    put("/there/file", "");
    EXPECT_THAT(list("/there/absent"), IsEmpty());
    EXPECT_THAT(list("/there/file"), IsEmpty());
}

TEST_P(driver_contract, lists_more_than_a_thousand_names) {
    auto put_some = [](storage::driver& into, int first, int last) -> awaitable<void> {
        for (int i = first; i < last; ++i) co_await into.put("/dir/" + std::to_string(i) + "/link", "");
    };
    std::vector<awaitable<void>> tasks;
    for (int first = 1000; first < 2050; first += 50) tasks.push_back(put_some(driver(), first, first + 50));
    run_together(std::move(tasks));
    std::vector<std::string> names;
    for (int i = 1000; i < 2050; ++i) names.push_back(std::to_string(i));
    EXPECT_EQ(list("/dir"), names);
    EXPECT_EQ(list_by_pages("/dir", 300), names);
}

TEST_P(driver_contract, pages_give_every_name_once_in_byte_order) {
    // Names that begin others, files and directories; what follows them in a key sorts below "/" or above.
    for (const char* file : {"/dir/a/1", "/dir/a/2", "/dir/a-/1", "/dir/a--b", "/dir/a-b/1", "/dir/a-b-c/1", "/dir/a.b",
                             "/dir/a.b.c/1", "/dir/a0/1", "/dir/aa", "/dir/b", "/dir/b-/x/y", "/dir/b.", "/dir/B/1"})
        put(file, "");
    const std::vector<std::string> names{"B",     "a",  "a-", "a--b", "a-b", "a-b-c", "a.b",
                                         "a.b.c", "a0", "aa", "b",    "b-",  "b."};
    for (std::size_t limit = 1; limit <= names.size() + 1; ++limit)
        EXPECT_EQ(list_by_pages("/dir", limit), names) << "pages of " << limit;
}

TEST_P(driver_contract, a_page_begins_after_any_text) {
    const std::vector<std::string> names{"a", "a-b", "a-c", "a.b", "a0", "b"};
    for (const std::string& name : names) put("/dir/" + name + "/link", "");
    put("/dir-", "");
    put("/dir0", "");
    for (const char* after :
         {"",         "!",  "-",      "A",      "a",      "a-", "a-b", "a-b-", "a-bb", "a-c", "a.", "a.b",
          "a.b/link", "a/", "a/link", "a/../b", "../dir", "a0", "aa",  "b",    "b0",   "c",   "~"})
        for (const std::size_t limit : {1u, 2u, 3u, 10u}) {
            const auto first = std::ranges::upper_bound(names, std::string{after});
            const auto left = static_cast<std::size_t>(names.end() - first);
            const auto end = first + static_cast<std::ptrdiff_t>(std::min(limit, left));
            const auto page = list_page("/dir", after, limit);
            EXPECT_EQ(page.names, std::vector<std::string>(first, end)) << limit << " after " << after;
            EXPECT_EQ(page.more, left > limit) << limit << " after " << after;
        }
}

TEST_P(driver_contract, a_page_of_nothing_is_empty) {
    put("/there/file", "");
    EXPECT_THAT(list_page("/absent", "", 5).names, IsEmpty());
    EXPECT_THAT(list_page("/there/absent", "a", 5).names, IsEmpty());
    EXPECT_THAT(list_page("/there/file", "", 5).names, IsEmpty());
    EXPECT_THAT(list_page("/there", "file", 5).names, IsEmpty());
    EXPECT_FALSE(list_page("/there", "file", 5).more);
}

TEST_P(driver_contract, removes_a_file) {
    put("/dir/a", "1");
    put("/dir/b", "2");
    remove("/dir/a");
    EXPECT_FALSE(exists("/dir/a"));
    EXPECT_THAT(list("/dir"), ElementsAre("b"));
}

TEST_P(driver_contract, removes_what_is_known_to_be_a_file) {
    put("/dir/a", "x");
    put("/dir/ab", "x");
    run(driver().remove_file("/dir/a"));
    run(driver().remove_file("/dir/absent"));
    EXPECT_THAT(list("/dir"), ElementsAre("ab"));
}

TEST_P(driver_contract, removes_a_tree) {
    for (const char* file : {"/x/a/1", "/x/a/2/3", "/x/a/2/4/5", "/x/b"}) put(file, "");
    remove("/x/a");
    EXPECT_THAT(list("/x"), ElementsAre("b"));
    for (const char* file : {"/x/a/1", "/x/a/2/3", "/x/a/2/4/5"}) EXPECT_FALSE(exists(file)) << file;
}

TEST_P(driver_contract, removes_no_more_than_was_asked_for) {
    for (const char* file : {"/x/a/1", "/x/ab", "/x/a-b/1", "/x/a.b", "/xa/a/1", "/a/1"}) put(file, "");
    remove("/x/a");
    EXPECT_THAT(list("/x"), ElementsAre("a-b", "a.b", "ab"));
    EXPECT_TRUE(exists("/xa/a/1"));
    EXPECT_TRUE(exists("/a/1"));
}

TEST_P(driver_contract, removes_trees_of_many_files) {
    auto put_all = [](storage::driver& into) -> awaitable<void> {
        for (int i = 0; i < 250; ++i) co_await into.put("/x/a/" + std::to_string(i) + "/link", "");
    };
    run(put_all(driver()));
    remove("/x/a");
    EXPECT_THAT(list("/x/a"), IsEmpty());
    EXPECT_THAT(list("/x"), IsEmpty());
}

TEST_P(driver_contract, removing_what_is_not_there_is_no_error) {
    remove("/absent");
    put("/file", "");
    remove("/file/below");
    remove("/absent/file");
    EXPECT_TRUE(exists("/file"));
}

TEST_P(driver_contract, names_may_hold_what_registries_write) {
    const std::string file = "/docker/registry/v2/repositories/a.b__c-d/_manifests/tags/V1.0_rc-1/current/link";
    put(file, "x");
    EXPECT_EQ(find(file), "x");
    EXPECT_THAT(list("/docker/registry/v2/repositories/a.b__c-d/_manifests/tags"), ElementsAre("V1.0_rc-1"));
}

TEST_P(driver_contract, readers_beside_writers_see_whole_files) {
    put("/file", std::string(50'000, 'a'));
    auto put_again = [](storage::driver& into, char c) -> awaitable<void> {
        for (int i = 0; i < 10; ++i) co_await into.put("/file", std::string(50'000 + c, c));
    };
    auto commit_again = [](storage::driver& into, char c) -> awaitable<void> {
        const std::string staging = "/staging/" + std::to_string(c);
        for (int i = 0; i < 10; ++i) {
            const std::string bytes(50'000 + c, c);
            const auto writer = co_await into.create(staging);
            co_await test::write(*writer, bytes);
            co_await writer->commit("/file");
            co_await writer->clean_up();
        }
    };
    auto read_again = [](storage::driver& from) -> awaitable<void> {
        for (int i = 0; i < 30; ++i) {
            const auto content = co_await from.find("/file", 1'000'000);
            EXPECT_TRUE(content &&
                        std::ranges::count(*content, content->front()) == static_cast<std::ptrdiff_t>(content->size()));
        }
    };
    std::vector<awaitable<void>> tasks;
    for (const char c : {'b', 'c'}) tasks.push_back(put_again(driver(), c));
    for (const char c : {'d', 'e'}) tasks.push_back(commit_again(driver(), c));
    for (int i = 0; i < 3; ++i) tasks.push_back(read_again(driver()));
    run_together(std::move(tasks));
}

TEST_P(driver_contract, writers_side_by_side_do_not_mix) {
    auto write_one = [](storage::driver& into, std::string name, std::string bytes) -> awaitable<void> {
        const auto writer = co_await into.create("/staging/" + name + "/data");
        co_await test::write(*writer, bytes);
        co_await writer->commit("/target/" + name);
        co_await writer->clean_up();
    };
    std::vector<awaitable<void>> tasks;
    for (unsigned i = 1; i <= 4; ++i)
        tasks.push_back(write_one(driver(), std::to_string(i), sample_bytes(i * 3 * mebibyte, i)));
    run_together(std::move(tasks));
    for (unsigned i = 1; i <= 4; ++i)
        EXPECT_TRUE(read("/target/" + std::to_string(i)) == sample_bytes(i * 3 * mebibyte, i)) << i;
}

TEST_P(driver_contract, lists_files_of_a_tree_in_the_order_of_their_paths) {
    for (const char* file : {"/t/a-b/x", "/t/a/x", "/t/a.b", "/t/a/b/c", "/t/a0", "/t/_x/y", "/t/Z", "/tt/a", "/t-"})
        put(file, file);
    const std::vector<std::string> all{"/t/Z", "/t/_x/y", "/t/a-b/x", "/t/a.b", "/t/a/b/c", "/t/a/x", "/t/a0"};
    for (std::size_t limit = 1; limit <= all.size() + 1; ++limit) {
        std::vector<std::string> found;
        for (bool more = true; more;) {
            const auto page = run(driver().list_files("/t", found.empty() ? "" : found.back(), limit));
            for (const auto& one : page.files) {
                found.push_back(one.file);
                EXPECT_EQ(one.size_bytes, one.file.size());
                EXPECT_GT(one.modified, std::chrono::system_clock::now() - std::chrono::minutes{1});
            }
            EXPECT_LE(page.files.size(), limit);
            more = page.more && !page.files.empty();
        }
        EXPECT_EQ(found, all) << limit;
    }
}

TEST_P(driver_contract, lists_files_after_what_need_not_be_there) {
    for (const char* file : {"/t/a/x", "/t/b/x", "/t/c/x"}) put(file, "");
    const auto after = [this](const char* path) {
        std::vector<std::string> found;
        for (const auto& one : run(driver().list_files("/t", path, 100)).files) found.push_back(one.file);
        return found;
    };
    EXPECT_THAT(after("/t/b"), ElementsAre("/t/b/x", "/t/c/x"));
    EXPECT_THAT(after("/t/b/x"), ElementsAre("/t/c/x"));
    EXPECT_THAT(after("/t/b0"), ElementsAre("/t/c/x"));
    EXPECT_THAT(after("/t/z"), IsEmpty());
    EXPECT_THAT(run(driver().list_files("/absent", "", 10)).files, IsEmpty());
    EXPECT_THAT(run(driver().list_files("/t/a/x", "", 10)).files, IsEmpty());
}

TEST_P(driver_contract, copies_a_file_of_any_size) {
    const std::string large = sample_bytes(11 * mebibyte + 1);
    put("/small", "content");
    put("/target/small", "what was there before, and is longer");
    const auto into = create("/staging");
    write(*into, large);
    run(into->commit("/large"));
    run(into->clean_up());

    EXPECT_TRUE(run(driver().copy("/small", "/target/small")));
    EXPECT_TRUE(run(driver().copy("/large", "/target/large")));
    remove("/small");
    remove("/large");
    EXPECT_EQ(find("/target/small"), "content");
    EXPECT_TRUE(read("/target/large") == large);
    EXPECT_THAT(list("/target"), ElementsAre("large", "small"));
}

TEST_P(driver_contract, copies_nothing_where_there_is_nothing) {
    put("/there/file", "content");
    EXPECT_FALSE(run(driver().copy("/absent", "/target")));
    EXPECT_FALSE(run(driver().copy("/there", "/target")));
    EXPECT_FALSE(exists("/target"));
}

TEST_P(driver_contract, a_copy_may_go_to_where_it_came_from) {
    put("/file", "content");
    EXPECT_TRUE(run(driver().copy("/file", "/other")));
    EXPECT_TRUE(run(driver().copy("/file", "/other")));
    EXPECT_TRUE(run(driver().copy("/other", "/file")));
    EXPECT_EQ(find("/file"), "content");
    EXPECT_EQ(find("/other"), "content");
    remove("/file");
    EXPECT_EQ(find("/other"), "content");
}

TEST_P(driver_contract, has_a_clock_that_files_get_their_time_from) {
    using std::chrono::seconds;
    const auto before = run(driver().now());
    put("/file", "content");
    const auto modified = run(driver().stat("/file"))->modified;
    const auto after = run(driver().now());
    EXPECT_LE(before, modified + seconds{1});
    EXPECT_LE(modified, after + seconds{1});
}

TEST_P(driver_contract, removes_a_file_until_a_deadline_and_no_longer) {
    using std::chrono::seconds;
    put("/folder/a", "content");
    put("/folder/b", "content");
    const auto now = run(driver().now());
    EXPECT_TRUE(run(driver().remove_until("/folder/a", now + storage::driver::longest_deadline)));
    EXPECT_TRUE(run(driver().remove_until("/folder/absent", now + storage::driver::longest_deadline)));
    EXPECT_FALSE(run(driver().remove_until("/folder/b", now - seconds{2})));
    EXPECT_THAT(list("/folder"), ElementsAre("b"));
}

TEST_P(driver_contract, waits_until_the_store_is_past_a_deadline) {
    using std::chrono::seconds;
    const auto deadline = run(driver().now()) - seconds{4};  // S3's margin is 5 s
    run(driver().wait_until_past(deadline));
    EXPECT_GE(run(driver().now()), deadline);
    put("/file", "content");
    EXPECT_FALSE(run(driver().remove_until("/file", deadline)));
    EXPECT_TRUE(exists("/file"));
}

TEST_P(driver_contract, what_a_writer_leaves_without_an_end_can_be_found_and_removed) {
    const std::string staging = "/some/where/data", other = "/some/where-else/data";
    for (const std::string& file : {staging, other}) {
        const auto writer = create(file);
        write(*writer, sample_bytes(11 * mebibyte));
        run(writer->settle());
    }
    const auto unfinished = [&](const std::string& below) {
        std::vector<storage::unfinished_file> all;
        storage::unfinished_page page;
        do {
            page = run(driver().list_unfinished(below, page.next));
            all.insert(all.end(), page.files.begin(), page.files.end());
        } while (!page.next.empty());
        return all;
    };
    for (const storage::unfinished_file& one : unfinished("/some/where")) {
        EXPECT_EQ(one.target, staging);
        EXPECT_LT(std::chrono::abs(std::chrono::system_clock::now() - one.begun), std::chrono::hours{1});
        run(driver().remove_unfinished(one));
        run(driver().remove_unfinished(one));  // no error
    }
    remove("/some/where");
    EXPECT_FALSE(exists(staging));
    EXPECT_TRUE(unfinished("/some/where").empty());
    for (const storage::unfinished_file& one : unfinished("/some")) {
        EXPECT_EQ(one.target, other);
        run(driver().remove_unfinished(one));
    }
    EXPECT_TRUE(unfinished("/some").empty());
}

TEST_P(driver_contract, an_empty_store_passes_the_probe) {
    EXPECT_NO_THROW(run(driver().probe()));
}

}  // namespace berth::test
