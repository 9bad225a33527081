#include "cli/progress_bars.hpp"

#include <algorithm>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace berth::cli {

namespace {

struct extent {
    std::size_t lines = 24;
    std::size_t columns = 80;
};

extent terminal_extent() {
    winsize found{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &found) != 0 || found.ws_row == 0 || found.ws_col == 0) return {};
    return {found.ws_row, found.ws_col};
}

std::string line_of(const progress_bars::bar& bar, std::size_t name_columns) {
    return bar.name + std::string(name_columns - bar.name.size(), ' ') + " " +
           bar_text(bar.done_bytes, bar.total_bytes) + " " + size_text(bar.done_bytes) + " of " +
           size_text(bar.total_bytes) + (bar.end.empty() ? "" : ", " + bar.end);
}

}  // namespace

std::string bar_text(std::uint64_t done, std::uint64_t total) {
    constexpr std::uint64_t width = 24;
    total = std::max<std::uint64_t>(total, 1);
    const auto filled = static_cast<std::size_t>(width * std::min(done, total) / total);
    return "[" + std::string(filled, '#') + std::string(width - filled, ' ') + "]";
}

std::string size_text(std::uint64_t bytes) {
    if (bytes < 1024) return std::to_string(bytes) + " bytes";
    auto number = static_cast<double>(bytes) / 1024;
    const char* unit = "KiB";
    for (const char* larger : {"MiB", "GiB", "TiB"}) {
        if (number < 1024) break;
        number /= 1024;
        unit = larger;
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %s", number, unit);
    return text;
}

progress_bars::progress_bars() : on_terminal_{isatty(STDERR_FILENO) == 1} {}

void progress_bars::show(const std::string& title, const std::vector<bar>& bars) {
    if (on_terminal_) return draw(title, bars);
    for (const bar& one : bars)
        if (!one.end.empty() && printed_.insert(one.name).second)
            std::fprintf(stderr, "%s %s %s, %s\n", title.c_str(), one.name.c_str(), size_text(one.total_bytes).c_str(),
                         one.end.c_str());
}

void progress_bars::draw(const std::string& title, const std::vector<bar>& bars) {
    const extent terminal = terminal_extent();
    const std::size_t room = terminal.lines > 3 ? terminal.lines - 2 : 1;
    bar all{title};
    std::size_t name_columns = title.size();
    for (const bar& one : bars) {
        all.done_bytes += one.done_bytes;
        all.total_bytes += one.total_bytes;
        name_columns = std::max(name_columns, one.name.size());
    }
    std::vector<std::string> lines{line_of(all, name_columns)};
    for (const bar& one : bars)
        if (lines.size() <= room && (bars.size() <= room || one.end.empty()))
            lines.push_back(line_of(one, name_columns));

    std::string text;
    if (lines_ != 0) text += "\x1b[" + std::to_string(lines_) + "A\r\x1b[J";
    for (const std::string& line : lines) text += line.substr(0, terminal.columns - 1) + '\n';
    std::fputs(text.c_str(), stderr);
    lines_ = lines.size();
}

void progress_bars::clear() {
    if (lines_ != 0) std::fprintf(stderr, "\x1b[%zuA\r\x1b[J", lines_);
    lines_ = 0;
    printed_.clear();
}

}  // namespace berth::cli
