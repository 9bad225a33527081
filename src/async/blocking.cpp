#include "async/blocking.hpp"

namespace berth::async {

asio::thread_pool& blocking_pool::pool() {
    const std::lock_guard lock{mutex_};
    if (!pool_) pool_.emplace(threads_);
    return *pool_;
}

}  // namespace berth::async
