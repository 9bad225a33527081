#include "async/wakeup.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>

#include <atomic>

namespace berth::async {

struct wakeup::state {
    explicit state(const asio::any_io_executor& executor) : timer{executor} {}
    asio::steady_timer timer;  // touched on its executor only
    std::atomic<bool> notified{false};
};

wakeup::wakeup(const asio::any_io_executor& executor) : state_{std::make_shared<state>(executor)} {}
wakeup::~wakeup() = default;

void wakeup::notify() {
    if (state_->notified.exchange(true)) return;  // somebody has sent one, and it has not been seen yet
    asio::post(state_->timer.get_executor(), [shared = state_] { shared->timer.cancel(); });
}

awaitable<bool> wakeup::sleep(clock::time_point deadline) {
    while (!state_->notified.exchange(false)) {
        if (deadline != clock::time_point::max() && clock::now() >= deadline) co_return false;
        state_->timer.expires_at(deadline);
        co_await state_->timer.async_wait(as_tuple);
        const auto cancellation = co_await asio::this_coro::cancellation_state;
        if (cancellation.cancelled() != asio::cancellation_type::none)
            throw boost::system::system_error{asio::error::operation_aborted};
    }
    co_return true;
}

}  // namespace berth::async
