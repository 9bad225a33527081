#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace berth::cli {

/// Tells on stderr how far several things are at once: on a terminal by a bar each, else by a line for each that has
/// ended. Not thread-safe.
class progress_bars {
public:
    struct bar {
        std::string name;
        std::uint64_t done_bytes = 0;
        std::uint64_t total_bytes = 0;
        std::string end{};  ///< How it ended: "done"; empty while it has not.
    };

    progress_bars();
    ~progress_bars() { clear(); }
    progress_bars(const progress_bars&) = delete;
    progress_bars& operator=(const progress_bars&) = delete;

    /// All of them each time, in the same order; on a terminal those that have ended give way where it is too low.
    void show(const std::string& title, const std::vector<bar>& bars);
    /// Takes the bars off the terminal, before something else is printed; what comes then begins anew.
    void clear();

    bool on_terminal() const { return on_terminal_; }

private:
    void draw(const std::string& title, const std::vector<bar>& bars);

    const bool on_terminal_;
    std::size_t lines_ = 0;          // on the terminal
    std::set<std::string> printed_;  // names of those whose end was told
};

/// "[######                  ]"
std::string bar_text(std::uint64_t done, std::uint64_t total);

/// "734 bytes", "1.2 MiB"
std::string size_text(std::uint64_t bytes);

}  // namespace berth::cli
