#pragma once

#include "async/single_flight.hpp"
#include "async/task_group.hpp"
#include "storage/driver.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace berth::storage {

/// Knows whether a store is away, which is to say that it does not answer at all: so that a request need not find out
/// by waiting for as long as one waits for a store that is only slow. It is away when it has left a probe without an
/// answer, and given nothing else in that time; it is back with its next answer. Thread-safe.
///
/// Lifetime: stop() comes before the end.
class store_watch {
public:
    using clock = std::chrono::steady_clock;

    struct options {
        clock::duration patience = std::chrono::milliseconds{500};  ///< Before a question makes one ask for its store.
        clock::duration limit = std::chrono::seconds{1};            ///< For the answer that it is there.
        /// The same while it is away; while it is there, an answer so young spares the question.
        clock::duration glance = std::chrono::milliseconds{100};
        clock::duration interval = std::chrono::milliseconds{300};  ///< Between two probes while it is away.
        /// Counts what the store gives to anybody, writers too, as it arrives; may be empty.
        std::function<std::uint64_t()> signs_of_life{};
    };
    store_watch(std::shared_ptr<driver> store, options options)
        : store_{std::move(store)}, options_{std::move(options)} {}

    clock::duration patience() const { return options_.patience; }

    bool is_away() const { return away_; }
    /// Since when and why, in one line; nothing while it is there.
    std::optional<std::string> trouble() const;

    /// The store has given something.
    void worked();
    /// It has not answered. Why is for the log.
    void failed(const std::string& why);

    /// Before a question: false when the store is away, after a short look whether it still is.
    awaitable<bool> may_be_asked();
    /// Returns when the store is away. Asks it now and again, for all who wait together.
    awaitable<void> until_away();

    /// Looks out for the store's return while it is away, until cancelled.
    awaitable<void> run();
    /// Ends what is still asked; false when something did not end.
    awaitable<bool> stop();

private:
    awaitable<bool> answers_within(clock::duration limit);
    awaitable<bool> is_there();
    std::uint64_t signs_of_life() const { return options_.signs_of_life ? options_.signs_of_life() : 0; }
    awaitable<void> look();

    const std::shared_ptr<driver> store_;
    const options options_;
    async::single_flight<bool> glances_, questions_;
    async::task_group looks_;
    std::atomic<clock::time_point> last_worked_{clock::time_point::min()};
    std::atomic<bool> away_ = false;

    mutable std::mutex mutex_;
    clock::time_point away_since_;  // guarded by mutex_, as the one below
    std::string why_;
};

}  // namespace berth::storage
