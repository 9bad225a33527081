#pragma once

#include "storage/driver.hpp"

#include <string>
#include <vector>

namespace berth::registry {

/// A collection of garbage as others see it: a file that says since when it runs, renewed now and then.
struct running_collection {
    std::string id;
    wall_time begun{};    ///< By the store's clock.
    wall_time renewed{};  ///< The same.

    /// Whether it may still remove something, at `now` of the store's clock. What it then begins has ended when others
    /// give it up.
    bool may_go_on(wall_time now) const { return now < renewed + longest_silence / 2; }
    bool is_given_up(wall_time now) const { return now >= renewed + longest_silence; }

    /// Writes the file, at `now`.
    awaitable<void> renew(storage::driver& driver, wall_time now);
    awaitable<void> end(storage::driver& driver) const;

    static constexpr std::chrono::minutes longest_silence{10};
};

/// Those that run, or have ended without a word a short time ago, by `now` of the store's clock. Removes what is left
/// of those that are given up. A file that none of them has written counts as one that has begun at its time.
awaitable<std::vector<running_collection>> list_running_collections(storage::driver& driver, wall_time now);

}  // namespace berth::registry
