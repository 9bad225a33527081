#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace berth::model {

/// All that can be reached from one state, breadth first: the way to what is found is a shortest one. States are
/// small, trivially copyable and without padding, for there are millions of them.
template <class State>
class search {
public:
    explicit search(const State& first) : slots_(1024, none) { add(first, 0); }

    /// Goes on until `is_wanted(state)` is true of one, or all are known. `expand(state, add)` calls add(next) for each
    /// state that can come after it.
    template <class Wanted, class Expand>
    bool run(const Wanted& is_wanted, const Expand& expand) {
        for (std::uint32_t at = 0; at < states_.size(); ++at) {
            const State from = states_[at];
            if (is_wanted(from)) {
                found_ = at;
                return true;
            }
            expand(from, [&](const State& next) { add(next, at); });
        }
        return false;
    }

    std::size_t size() const { return states_.size(); }

    /// After run() has returned true: from the first state to the one that was found.
    std::vector<State> way() const {
        std::vector<State> all;
        for (std::uint32_t at = found_; at != 0; at = parents_[at]) all.push_back(states_[at]);
        all.push_back(states_[0]);
        std::ranges::reverse(all);
        return all;
    }

private:
    static constexpr auto none = std::numeric_limits<std::uint32_t>::max();

    void add(const State& one, std::uint32_t parent) {
        std::uint32_t& slot = find(one);
        if (slot != none) return;
        slot = static_cast<std::uint32_t>(states_.size());
        states_.push_back(one);
        parents_.push_back(parent);
        if (states_.size() * 2 > slots_.size()) grow();
    }

    // Open addressing: where the state is, or would be.
    std::uint32_t& find(const State& one) {
        std::size_t at = hash(one) & (slots_.size() - 1);
        while (slots_[at] != none && bits(states_[slots_[at]]) != bits(one)) at = (at + 1) & (slots_.size() - 1);
        return slots_[at];
    }

    void grow() {
        slots_.assign(slots_.size() * 2, none);
        for (std::uint32_t at = 0; at < states_.size(); ++at) find(states_[at]) = at;
    }

    using words = std::array<std::uint64_t, sizeof(State) / 8>;
    static_assert(sizeof(State) % 8 == 0);
    static words bits(const State& one) { return std::bit_cast<words>(one); }

    static std::size_t hash(const State& one) {
        std::uint64_t h = 0;
        for (const std::uint64_t word : bits(one)) {
            h = (h ^ word) * 0x9e3779b97f4a7c15;
            h ^= h >> 32;
        }
        return h;
    }

    std::vector<State> states_;
    std::vector<std::uint32_t> parents_;
    std::vector<std::uint32_t> slots_;
    std::uint32_t found_ = 0;
};

}  // namespace berth::model
