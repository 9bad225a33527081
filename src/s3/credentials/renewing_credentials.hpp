#pragma once

#include "s3/credentials/provider.hpp"
#include "s3/credentials/source.hpp"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <mutex>
#include <vector>

namespace berth::s3 {

/// Keys from a source, renewed in time. The request that finds them due begins the renewal and goes on with the old
/// ones; these serve until they really end, whatever becomes of the renewal. One renewal runs at a time, and all who
/// need its result wait for it. A source that failed is left alone for some seconds.
///
/// Lifetime: owned by shared_ptr. A renewal is a coroutine of its own, on the executor of whoever began it, so that a
/// caller who goes away leaves nobody without keys; it shares the ownership of all it uses, and is bounded by the
/// source's time limits.
class renewing_credentials final : public credentials_provider,
                                   public std::enable_shared_from_this<renewing_credentials> {
public:
    explicit renewing_credentials(std::unique_ptr<credentials_source> source,
                                  std::function<wall_time()> clock = std::chrono::system_clock::now);

    shared_keys current() const override;
    awaitable<keys_result> get() override;
    awaitable<keys_result> replace(shared_keys refused) override;

private:
    struct waiter {
        explicit waiter(const asio::any_io_executor& executor)
            : turn{executor, asio::steady_timer::time_point::max()} {}
        asio::steady_timer turn;  // touched on its own executor only; cancelled there when the renewal has ended
        bool done = false;        // guarded by mutex_
    };

    static awaitable<void> renew(std::shared_ptr<renewing_credentials> self);
    void finish(const keys_result& got);

    // These three are called with mutex_ held.
    bool has_good_keys(wall_time now) const { return keys_ && (!keys_->ends || now < *keys_->ends); }
    void begin_renewal(const asio::any_io_executor& executor);
    std::shared_ptr<waiter> join(const asio::any_io_executor& executor);

    awaitable<void> wait(std::shared_ptr<waiter> me);

    const std::unique_ptr<credentials_source> source_;
    const std::function<wall_time()> clock_;
    mutable std::mutex mutex_;
    shared_keys keys_;  // guarded by mutex_, as are those below
    no_keys problem_;   // what the last renewal ended with
    unsigned failures_ = 0;
    bool renewing_ = false;
    wall_time next_renewal_ = wall_time::min();
    wall_time next_replacement_ = wall_time::min();
    // Lifetime: a waiter belongs to the coroutine that waits, since its timer must not outlive the executor.
    std::vector<std::weak_ptr<waiter>> waiters_;
};

}  // namespace berth::s3
