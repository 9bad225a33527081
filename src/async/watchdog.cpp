#include "async/watchdog.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace berth::async {

struct watchdog::state : std::enable_shared_from_this<watchdog::state> {
    state(asio::any_io_executor e, std::function<void()> f) : executor{e}, timer{e}, on_expiry{std::move(f)} {}

    asio::any_io_executor executor;
    asio::steady_timer timer;
    std::function<void()> on_expiry;
    clock::time_point deadline = clock::time_point::max();
    bool waiting = false;
    bool expired = false;

    void wait_until(clock::time_point time) {
        waiting = true;
        timer.expires_at(time);  // a wait that is pending ends with operation_aborted
        timer.async_wait(asio::bind_executor(
            executor, [self = shared_from_this()](boost::system::error_code error) { self->on_timer(error); }));
    }

    void on_timer(boost::system::error_code error) {
        if (error || !on_expiry) return;
        waiting = false;
        if (deadline == clock::time_point::max()) return;  // paused: the next expires_after waits again
        if (clock::now() < deadline) return wait_until(deadline);
        expired = true;
        on_expiry();
    }
};

watchdog::watchdog(asio::any_io_executor executor, std::function<void()> on_expiry)
    : state_{std::make_shared<state>(std::move(executor), std::move(on_expiry))} {}

watchdog::~watchdog() {
    stop();
}

void watchdog::expires_after(clock::duration timeout) {
    state_->expired = false;
    state_->deadline = clock::now() + timeout;
    if (!state_->waiting || state_->timer.expiry() > state_->deadline) state_->wait_until(state_->deadline);
}

void watchdog::pause() {
    state_->deadline = clock::time_point::max();
}

void watchdog::stop() {
    state_->on_expiry = nullptr;
    state_->timer.cancel();
}

bool watchdog::expired() const {
    return state_->expired;
}

}  // namespace berth::async
