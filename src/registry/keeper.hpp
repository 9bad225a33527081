#pragma once

#include "registry/collected_file.hpp"

#include <string>
#include <vector>

namespace berth::registry {

/// What those who push can leave out in tests, which must find what goes wrong then.
struct push_guards {
    bool declare_intents = true;
    bool leave_marks = true;
    bool wait_for_removals = true;
};

/// How those who push keep what they count on from the collections of garbage that run meanwhile, at whatever node.
/// Thread-safe.
///
/// Lifetime: the driver outlives it.
class keeper {
public:
    explicit keeper(storage::driver& driver, push_guards on = {}) : driver_{driver}, on_{on} {}

    /// Whether the file is there, and stays: no collection that has looked for references to it already takes it away
    /// any more. One that looks later must find a reference: a push has declared its intent before it asks this. A blob
    /// that lies in the trash comes back.
    awaitable<bool> keep(collected_file what);

    /// Brings a blob back that a collection has removed; false when the trash does not have it.
    awaitable<bool> restore(oci::digest blob);

private:
    awaitable<bool> is_there(const collected_file& what, const std::vector<std::string>& names);
    awaitable<void> wait_for_removals(const collected_file& what, const std::vector<std::string>& names);

    storage::driver& driver_;
    const push_guards on_;
};

}  // namespace berth::registry
