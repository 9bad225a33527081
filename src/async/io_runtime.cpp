#include "async/io_runtime.hpp"

#include <boost/asio/strand.hpp>

#include <algorithm>

namespace berth::async {

io_runtime::io_runtime(unsigned threads)
    : threads_{threads != 0 ? threads : std::max(1u, std::thread::hardware_concurrency())},
      context_{static_cast<int>(threads_)} {}

io_runtime::~io_runtime() = default;

asio::any_io_executor io_runtime::make_strand() { return asio::make_strand(context_); }

void io_runtime::run() {
    std::vector<std::jthread> others;
    others.reserve(threads_ - 1);
    for (unsigned i = 1; i < threads_; ++i) others.emplace_back([this] { context_.run(); });
    context_.run();
}

}  // namespace berth::async
