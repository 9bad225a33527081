#pragma once

#include "storage/driver.hpp"

#include <set>

namespace berth::storage {

/// Makes a page out of names that come in any order, and more than once: for drivers. Keeps no more than the page
/// needs.
class name_collector {
public:
    name_collector(std::string after, std::size_t limit) : after_{std::move(after)}, limit_{limit} {}

    /// Whether the page would change with this name.
    bool wants(const std::string& name) const {
        return name > after_ && !names_.contains(name) && (!full() || name < *names_.rbegin());
    }

    void add(std::string name) {
        if (!wants(name)) return;
        if (full()) names_.erase(std::prev(names_.end()));
        names_.insert(std::move(name));
    }

    /// There are as many names as the page can have, and one that says that there are more.
    bool full() const { return names_.size() > limit_; }

    /// The page; nothing is left here.
    name_page take() {
        name_page page{.names = {}, .more = full()};
        if (page.more) names_.erase(std::prev(names_.end()));
        page.names.reserve(names_.size());
        while (!names_.empty()) page.names.push_back(std::move(names_.extract(names_.begin()).value()));
        return page;
    }

private:
    const std::string after_;
    const std::size_t limit_;
    std::set<std::string> names_;  // at most limit_ + 1
};

}  // namespace berth::storage
