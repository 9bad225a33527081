#pragma once

#include <chrono>
#include <string>

namespace berth::cli {

/// Tells on stderr how far a long command is: on a terminal in one line that changes, else in a line now and then. Not
/// thread-safe.
class progress_line {
public:
    progress_line();
    ~progress_line() { clear(); }
    progress_line(const progress_line&) = delete;
    progress_line& operator=(const progress_line&) = delete;

    /// May be called as often as there is news: shows some of it.
    void show(const std::string& text);

    /// Takes the line off the terminal, before something else is printed.
    void clear();

private:
    const bool on_terminal_;
    bool shown_ = false;
    std::chrono::steady_clock::time_point next_;
};

}  // namespace berth::cli
