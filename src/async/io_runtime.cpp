#include "async/io_runtime.hpp"

#include <boost/asio/executor_work_guard.hpp>

#include <algorithm>
#include <thread>

namespace berth::async {

namespace {

void run_until_stopped(asio::io_context& context) {
    const auto keep = asio::make_work_guard(context);
    context.run();
}

}  // namespace

io_runtime::io_runtime(unsigned threads) {
    if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < threads; ++i) contexts_.push_back(std::make_unique<asio::io_context>(1));
}

io_runtime::~io_runtime() = default;

asio::any_io_executor io_runtime::next_executor() {
    return contexts_[next_++ % contexts_.size()]->get_executor();
}

void io_runtime::run() {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < contexts_.size(); ++i)
        others.emplace_back([&context = *contexts_[i]] { run_until_stopped(context); });
    run_until_stopped(*contexts_.front());
}

void io_runtime::stop() {
    for (const auto& context : contexts_) context->stop();
}

}  // namespace berth::async
