#include "cli/progress_line.hpp"

#include <cstdio>
#include <unistd.h>

namespace berth::cli {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds terminal_interval{100};
constexpr std::chrono::seconds log_interval{5};

steady_clock::duration interval(bool on_terminal) {
    return on_terminal ? steady_clock::duration{terminal_interval} : steady_clock::duration{log_interval};
}

}  // namespace

progress_line::progress_line()
    : on_terminal_{isatty(STDERR_FILENO) == 1}, next_{steady_clock::now() + interval(on_terminal_)} {}

void progress_line::show(const std::string& text) {
    const auto now = steady_clock::now();
    if (now < next_) return;
    next_ = now + interval(on_terminal_);
    clear();
    std::fprintf(stderr, on_terminal_ ? "%s" : "%s\n", text.c_str());
    shown_ = on_terminal_;
}

void progress_line::clear() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
    shown_ = false;
}

}  // namespace berth::cli
