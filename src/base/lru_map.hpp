#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace berth {

/// Values by text, at most `max_entries` of them (0: no limit): the least recently used one goes first. Not
/// thread-safe.
template <class Value>
class lru_map {
public:
    explicit lru_map(std::size_t max_entries) : max_entries_{max_entries} {}

    /// Counts as a use. nullptr when there is none; valid until the next call of anything.
    const Value* find(std::string_view key) {
        const auto found = index_.find(key);
        if (found == index_.end()) return nullptr;
        by_use_.splice(by_use_.begin(), by_use_, found->second);
        return &found->second->second;
    }

    void put(std::string key, Value value) {
        erase(key);
        by_use_.emplace_front(std::move(key), std::move(value));
        index_.emplace(by_use_.front().first, by_use_.begin());
        if (max_entries_ != 0 && by_use_.size() > max_entries_) erase(by_use_.back().first);
    }

    void erase(std::string_view key) {
        const auto found = index_.find(key);
        if (found == index_.end()) return;
        const auto entry = found->second;  // holds the text that `found`, and perhaps `key`, refers to
        index_.erase(found);
        by_use_.erase(entry);
    }

private:
    using list = std::list<std::pair<std::string, Value>>;

    std::size_t max_entries_;
    list by_use_;                                                          // newest first
    std::unordered_map<std::string_view, typename list::iterator> index_;  // its keys live in by_use_
};

}  // namespace berth
