#pragma once

#include "async/wakeup.hpp"
#include "base/counter.hpp"
#include "oci/digest.hpp"
#include "oci/names.hpp"
#include "redis/client.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace berth::cache {

/// Which repository holds which blob, as nodes tell each other by way of a redis, and registry:2 as well: the level
/// behind `holdings`, with the same rules. Only for reads; that something is not held is never said; and what a node
/// says is believed for a lifetime after the store has told it. What registry:2 says alone is not believed: it does not
/// say when it was true.
///
/// Redis may be away: then nothing is known, nobody waits for it, and it is asked again after a rest. Thread-safe.
///
/// Lifetime: goes before the event loops.
class shared_holdings {
public:
    using clock = std::chrono::steady_clock;

    struct options {
        clock::duration lifetime = std::chrono::seconds{60};  ///< 0: nothing is believed.
        clock::duration rest = std::chrono::seconds{5};       ///< How long nobody asks a redis that has failed.
        std::size_t max_pending = 10'000;                     ///< Changes that may wait for redis.
    };
    /// `executor`: where run() is to be started.
    shared_holdings(redis::client::options server, options options, const asio::any_io_executor& executor);

    /// The size in bytes of a blob that the repository holds; nothing where that is not known. Throws only when it is
    /// cancelled.
    awaitable<std::optional<std::uint64_t>> find(oci::repository_name name, oci::digest digest);

    /// Taken before the store is asked, handed in with its answer: the answer counts from then on, and not at all where
    /// something was forgotten since.
    struct epoch {
        clock::time_point at{};
        std::uint64_t number = 0;
    };
    epoch now() const;

    /// The store has said that the repository holds it. Redis is told soon; nobody waits for that.
    void note(const oci::repository_name& name, const oci::digest& digest, std::uint64_t size_bytes,
              const epoch& asked);
    /// The store has said that it does not.
    void doubt(const oci::repository_name& name, const oci::digest& digest);
    /// It was deleted through this node. Redis is told even if it is away for a while, before anything is believed from
    /// it again; where too many deletes wait, what they should have ended is waited out instead.
    void forget(const oci::repository_name& name, const oci::digest& digest);
    /// Waits until redis has been told of all that was noted, doubted and forgotten before, or does not answer, and
    /// some seconds at the most. Only while run() runs.
    awaitable<void> settle();

    const asio::any_io_executor& executor() const { return executor_; }
    /// Tells redis what has changed, and looks for one that is away, until it is cancelled.
    awaitable<void> run();

    struct counts {
        counter asked, found, failed;
    };
    const counts& counted() const { return counts_; }
    bool is_away() const { return is_away_; }

private:
    struct change {
        oci::repository_name name;
        oci::digest digest;
        std::optional<std::uint64_t> size_bytes;  // nothing: the repository does not hold it
        clock::time_point until{};                // how long the store's word counts
        bool is_deleted = false;                  // redis must be told
        std::uint64_t number = 0;                 // in the order in which redis is told
    };

    /// What redis made of commands.
    struct outcome {
        enum class kind { unknown, done, refused };
        kind is = kind::unknown;
        std::vector<redis::reply> replies{};
    };
    struct waiter {
        std::uint64_t number;  // of the last change to be told
        std::shared_ptr<async::wakeup> told;
    };

    void enqueue(change one);  // with mutex_ held
    bool can_be_believed() const;
    std::vector<change> take_some();
    void keep(std::vector<change> unsent);
    void wake_who_waits();
    bool has_waiting() const;
    awaitable<bool> tell_some(bool ask_anyway);
    awaitable<outcome> ask(std::vector<redis::command> commands);
    void failed(const std::string& because);
    void was_refused(const std::string& because);
    void wait_out(const std::vector<change>& refused);
    void answered();

    const options options_;
    const asio::any_io_executor executor_;
    redis::client client_;
    async::wakeup something_waits_;
    counts counts_;
    std::atomic<bool> is_away_ = false;
    std::atomic<bool> has_refused_ = false;  // and the log says so

    mutable std::mutex mutex_;  // guards all below
    std::deque<change> queue_;
    std::uint64_t last_number_ = 0;  // of what was put into the queue
    std::vector<waiter> waiting_;
    std::uint64_t epoch_ = 0;            // counts what was forgotten
    clock::time_point believed_from_{};  // before it, redis may hold what a delete that was dropped should have ended
};

}  // namespace berth::cache
