#pragma once

#include "registry/collected_file.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace berth::registry {

/// What a collection can leave out in tests, which must find what goes wrong then.
struct collection_guards {
    bool condemn = true;             ///< Leave word of what may go before references to it are looked for again.
    bool read_intents_first = true;  ///< And then the links: an intent goes when its links are there.
    bool look_for_wanted = true;     ///< Once more, after the last word and before the removal.
    bool fence = true;               ///< Let the store refuse a removal that comes too late.
    bool keep_wanted_marks = true;   ///< As long as a collection runs that began before them.
    bool end_when_given_up = true;   ///< By others, who no longer reckon with it.
};

/// Removes single files while others write: the steps of one collection for each file that nothing refers to. What it
/// writes beside the file has the collection's id, and it removes no other mark.
/// Source: docs/adr/0022-collecting-beside-writers.md.
///
/// Lifetime: the driver outlives it. All calls come from one executor.
class reclaimer {
public:
    struct options {
        std::string collection;  ///< Its id: a uuid.
        bool with_trash = true;  ///< Blobs are copied there first.
        /// Whether the collection may still remove something, at that time of the store's clock.
        std::function<bool(wall_time)> may_go_on;
        collection_guards guards{};
    };

    reclaimer(storage::driver& driver, options options) : driver_{driver}, options_{std::move(options)} {}

    /// Leaves word that nothing was found to refer to it. Then, and not before, everything that could is looked at
    /// again.
    awaitable<void> condemn(collected_file what);
    /// Takes that back.
    awaitable<void> pardon(collected_file what);
    /// The same where reclaim() did not come to its end; waits until nothing will come of it.
    awaitable<void> give_up(collected_file what);

    /// Removes a condemned file, and before it `others` that go with it, unless a writer counts on it; false then.
    /// Takes its marks back. After an exception these are in place: give_up() takes them.
    awaitable<bool> reclaim(collected_file what, std::vector<storage::path> others = {});

private:
    storage::path mark_at(const collected_file& what, std::string_view kind) const;
    awaitable<bool> copy_to_trash(const collected_file& what);
    awaitable<wall_time> begin_removal();
    awaitable<bool> is_wanted(const collected_file& what);
    awaitable<void> remove_all(const std::vector<storage::path>& files, wall_time deadline);

    storage::driver& driver_;
    const options options_;
    wall_time latest_deadline_{};  // of a removal that was cancelled: nothing is known of it
};

}  // namespace berth::registry
