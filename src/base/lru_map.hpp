#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace berth {

/// Values by text, which together weigh at most `max_weight` (0: no limit): the least recently used one goes first.
/// Where each weighs 1 that is their number. Not thread-safe.
template <class Value>
class lru_map {
public:
    explicit lru_map(std::size_t max_weight) : max_weight_{max_weight} {}

    /// Counts as a use. nullptr when there is none; valid until the next call of anything.
    const Value* find(std::string_view key) {
        const auto found = index_.find(key);
        if (found == index_.end()) return nullptr;
        by_use_.splice(by_use_.begin(), by_use_, found->second);
        return &found->second->value;
    }

    /// What alone weighs more than all may is not kept.
    void put(std::string key, Value value, std::size_t weight = 1) {
        erase(key);
        by_use_.push_front({std::move(key), std::move(value), weight});
        index_.emplace(by_use_.front().key, by_use_.begin());
        weight_ += weight;
        while (max_weight_ != 0 && weight_ > max_weight_) erase(by_use_.back().key);
    }

    void erase(std::string_view key) {
        const auto found = index_.find(key);
        if (found == index_.end()) return;
        const auto entry = found->second;  // holds the text that `found`, and perhaps `key`, refers to
        index_.erase(found);
        weight_ -= entry->weight;
        by_use_.erase(entry);
    }

    /// All values, the one that was used last first.
    std::vector<Value> values() const {
        std::vector<Value> all;
        for (const entry& each : by_use_) all.push_back(each.value);
        return all;
    }

    std::size_t weight() const { return weight_; }

private:
    struct entry {
        std::string key;
        Value value;
        std::size_t weight;
    };
    using list = std::list<entry>;

    std::size_t max_weight_;
    std::size_t weight_ = 0;
    list by_use_;                                                          // newest first
    std::unordered_map<std::string_view, typename list::iterator> index_;  // its keys live in by_use_
};

}  // namespace berth
