#pragma once

#include <shared_mutex>
#include <string>

namespace berth {

/// Writes lines to a descriptor, each as one, whichever threads they come from, at once and without a buffer. Threads
/// do not wait for each other: the kernel keeps apart what is written in one piece, and only a line longer than that is
/// written alone. A line that the descriptor does not take is lost. Thread-safe.
///
/// Lifetime: the descriptor stays open as long as the writer lives.
class line_writer {
public:
    explicit line_writer(int descriptor) : descriptor_{descriptor} {}

    /// `line` without its end.
    void write(std::string line);

private:
    void write_all(const std::string& text) const;

    const int descriptor_;
    std::shared_mutex turn_;  // shared by those who write a short line, held alone for a long one
};

}  // namespace berth
