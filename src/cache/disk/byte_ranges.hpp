#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>

namespace berth::cache {

/// Which bytes of something there are: ranges [begin, end) that neither touch nor overlap.
class byte_ranges {
public:
    struct range {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        friend bool operator==(const range&, const range&) = default;
    };

    void add(range added) {
        if (added.begin >= added.end) return;
        auto at = ranges_.upper_bound(added.begin);
        if (at != ranges_.begin() && std::prev(at)->second >= added.begin) --at;
        while (at != ranges_.end() && at->first <= added.end) {
            added.begin = std::min(added.begin, at->first);
            added.end = std::max(added.end, at->second);
            at = ranges_.erase(at);
        }
        ranges_.emplace(added.begin, added.end);
    }

    /// Where the bytes from `at` on, which are all there, end; `at` where it is not there itself.
    std::uint64_t end_from(std::uint64_t at) const {
        const auto next = ranges_.upper_bound(at);
        if (next == ranges_.begin()) return at;
        return std::max(at, std::prev(next)->second);
    }

    /// The first bytes within `whole` that are not there.
    std::optional<range> first_gap(range whole) const {
        const std::uint64_t begin = end_from(whole.begin);
        if (begin >= whole.end) return std::nullopt;
        const auto next = ranges_.upper_bound(begin);
        const std::uint64_t end = next == ranges_.end() ? whole.end : std::min(whole.end, next->first);
        return range{begin, end};
    }

    std::uint64_t total_bytes() const {
        std::uint64_t sum = 0;
        for (const auto& [begin, end] : ranges_) sum += end - begin;
        return sum;
    }

    const std::map<std::uint64_t, std::uint64_t>& all() const { return ranges_; }

private:
    std::map<std::uint64_t, std::uint64_t> ranges_;  // begin to end
};

}  // namespace berth::cache
