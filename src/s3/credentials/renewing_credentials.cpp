#include "s3/credentials/renewing_credentials.hpp"

#include "base/log.hpp"
#include "s3/credentials/renewal.hpp"
#include "s3/retry.hpp"

#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

namespace berth::s3 {

namespace {

// When S3 refuses what the source calls good, asking it for every request would only make two services suffer.
constexpr std::chrono::seconds between_replacements{10};

bool same(const credentials& a, const credentials& b) {
    return a.access_key == b.access_key && a.secret_key == b.secret_key && a.session_token == b.session_token;
}

}  // namespace

renewing_credentials::renewing_credentials(std::unique_ptr<credentials_source> source, std::function<wall_time()> clock)
    : source_{std::move(source)}, clock_{std::move(clock)} {}

shared_keys renewing_credentials::current() const {
    const std::lock_guard lock{mutex_};
    return has_good_keys(clock_()) ? keys_ : nullptr;
}

awaitable<keys_result> renewing_credentials::get() {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    std::shared_ptr<waiter> me;
    {
        const std::lock_guard lock{mutex_};
        const wall_time now = clock_();
        const bool due = now >= next_renewal_;
        if (due) begin_renewal(executor);
        if (has_good_keys(now)) co_return keys_;
        if (!due && !renewing_) co_return problem_;
        me = join(executor);
    }
    co_await wait(me);
    const std::lock_guard lock{mutex_};
    if (has_good_keys(clock_())) co_return keys_;
    co_return problem_;
}

awaitable<keys_result> renewing_credentials::replace(shared_keys refused) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    std::shared_ptr<waiter> me;
    {
        const std::lock_guard lock{mutex_};
        const wall_time now = clock_();
        if (keys_ != refused && has_good_keys(now)) co_return keys_;
        if (!renewing_) {
            if (now < next_replacement_) co_return no_keys{"they were renewed a moment ago"};
            next_replacement_ = now + between_replacements;
            begin_renewal(executor);
        }
        me = join(executor);
    }
    co_await wait(me);
    const std::lock_guard lock{mutex_};
    if (!problem_.text.empty()) co_return problem_;
    if (!keys_ || same(keys_->keys, refused->keys))
        co_return no_keys{std::string{source_->name()} + " still gives the same keys"};
    co_return keys_;
}

void renewing_credentials::begin_renewal(const asio::any_io_executor& executor) {
    if (renewing_) return;
    renewing_ = true;
    asio::co_spawn(executor, renew(shared_from_this()), asio::detached);
}

std::shared_ptr<renewing_credentials::waiter> renewing_credentials::join(const asio::any_io_executor& executor) {
    auto me = std::make_shared<waiter>(executor);
    waiters_.push_back(me);
    return me;
}

awaitable<void> renewing_credentials::wait(std::shared_ptr<waiter> me) {
    const auto is_done = [&] {
        const std::lock_guard lock{mutex_};
        return me->done;
    };
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    while (!is_done() && cancellation.cancelled() == asio::cancellation_type::none)
        co_await me->turn.async_wait(as_tuple);
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (!is_done()) throw boost::system::system_error{asio::error::operation_aborted};
}

awaitable<void> renewing_credentials::renew(std::shared_ptr<renewing_credentials> self) {
    // Whoever begins a renewal holds the mutex.
    co_await asio::post(asio::use_awaitable);
    keys_result got = no_keys{};
    try {
        got = co_await self->source_->fetch();
    } catch (const std::exception& error) {
        got = no_keys{std::string{self->source_->name()} + ": " + error.what()};
    }
    self->finish(got);
}

void renewing_credentials::finish(const keys_result& got) {
    std::vector<std::shared_ptr<waiter>> woken;
    bool first_keys = false;
    bool recovered = false;
    shared_keys still_good;
    {
        const std::lock_guard lock{mutex_};
        const wall_time now = clock_();
        renewing_ = false;
        if (got) {
            first_keys = keys_ == nullptr;
            recovered = failures_ != 0;
            keys_ = *got;
            problem_.text.clear();
            failures_ = 0;
            next_renewal_ = keys_->ends ? renewal_time(now, *keys_->ends, random_fraction()) : wall_time::max();
        } else {
            problem_ = got.error();
            next_renewal_ = now + pause_after_failure(++failures_, random_fraction());
            if (has_good_keys(now)) still_good = keys_;
        }
        for (const auto& each : waiters_) {
            if (auto here = each.lock()) woken.push_back(std::move(here));
        }
        waiters_.clear();
        for (const auto& each : woken) each->done = true;
    }
    for (auto& each : woken) {
        const auto executor = each->turn.get_executor();
        asio::post(executor, [mine = std::move(each)] { mine->turn.cancel(); });
    }

    if (first_keys || recovered) {
        const auto ends = (*got)->ends;
        log::info("S3 credentials are there",
                  {{"from", std::string{source_->name()}}, {"until", ends ? format_rfc3339(*ends) : "changed"}});
    }
    // Without good keys every request says what is wrong.
    if (still_good)
        log::warn(
            "S3 credentials could not be renewed: going on with those at hand",
            {{"until", still_good->ends ? format_rfc3339(*still_good->ends) : "changed"}, {"error", got.error().text}});
}

}  // namespace berth::s3
