#include "base/line_writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fcntl.h>
#include <map>
#include <sstream>
#include <thread>
#include <unistd.h>
#include <vector>

namespace berth {
namespace {

// The text that `write` puts into one end of a pipe.
template <class Write>
std::string through_pipe(Write write) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error{"no pipe"};
    std::string text;
    std::jthread reader{[&] {
        char piece[1000];
        for (ssize_t n = 0; (n = read(ends[0], piece, sizeof piece)) > 0;)
            text.append(piece, static_cast<std::size_t>(n));
    }};
    write(ends[1]);
    close(ends[1]);
    reader.join();
    close(ends[0]);
    return text;
}

TEST(line_writer, writes_lines_with_their_ends) {
    const auto text = through_pipe([](int to) {
        line_writer lines{to};
        lines.write("one");
        lines.write("");
        lines.write("three");
    });
    EXPECT_EQ(text, "one\n\nthree\n");
}

TEST(line_writer, keeps_the_lines_of_many_threads_apart_short_and_long) {
    constexpr int writers = 4, lines_each = 300;
    const auto text = through_pipe([](int to) {
        line_writer lines{to};
        std::vector<std::jthread> threads;
        for (int w = 0; w < writers; ++w)
            threads.emplace_back([&lines, w] {
                for (int i = 0; i < lines_each; ++i)
                    lines.write(std::string(i % 50 == 0 ? 20'000 : 100, static_cast<char>('a' + w)));
            });
    });
    std::istringstream stream{text};
    std::map<char, int> seen;
    for (std::string line; std::getline(stream, line);) {
        ASSERT_TRUE(line.size() == 100 || line.size() == 20'000) << line.size();
        ASSERT_EQ(static_cast<std::size_t>(std::ranges::count(line, line.front())), line.size());
        ++seen[line.front()];
    }
    EXPECT_EQ(seen, (std::map<char, int>{{'a', lines_each}, {'b', lines_each}, {'c', lines_each}, {'d', lines_each}}));
}

TEST(line_writer, waits_where_a_descriptor_that_does_not_block_takes_no_more) {
    const std::string long_line(300'000, 'x');
    const auto text = through_pipe([&](int to) {
        fcntl(to, F_SETFL, O_NONBLOCK);
        line_writer{to}.write(long_line);
    });
    EXPECT_EQ(text, long_line + "\n");
}

TEST(line_writer, loses_a_line_that_nobody_takes) {
    line_writer{-1}.write("line");
}

}  // namespace
}  // namespace berth
