#pragma once

#include "async/asio.hpp"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <memory>
#include <vector>

namespace berth::async {

/// The threads on which all coroutines run: an io_context for each thread (docs/adr/0002-threads.md). What is started
/// on one executor never runs on two threads at once, so each executor is a strand by its nature. Thread-safe.
///
/// Lifetime: outlives everything that was started on its executors, or made with one.
class io_runtime {
public:
    /// 0 threads: one per processor.
    explicit io_runtime(unsigned threads = 0);
    ~io_runtime();
    io_runtime(const io_runtime&) = delete;
    io_runtime& operator=(const io_runtime&) = delete;

    /// The executor of one of the threads, each in turn: for a session, or a service's background work.
    asio::any_io_executor next_executor();

    /// Runs the event loops, one on the calling thread, until stop.
    void run();
    /// Ends run soon.
    void stop();

private:
    std::vector<std::unique_ptr<asio::io_context>> contexts_;
    std::atomic<std::size_t> next_{0};
};

}  // namespace berth::async
