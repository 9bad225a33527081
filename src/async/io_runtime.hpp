#pragma once

#include "async/asio.hpp"

#include <boost/asio/io_context.hpp>

#include <thread>
#include <vector>

namespace berth::async {

/// The threads on which all coroutines run: one io_context shared by all of them (docs/adr/0002-threads.md).
/// A session takes a strand of its own and so never runs on two threads at once.
class io_runtime {
public:
    /// 0 threads: one per processor.
    explicit io_runtime(unsigned threads = 0);
    ~io_runtime();
    io_runtime(const io_runtime&) = delete;
    io_runtime& operator=(const io_runtime&) = delete;

    asio::io_context& context() { return context_; }
    unsigned threads() const { return threads_; }
    /// A new strand, for one session or one service.
    asio::any_io_executor make_strand();

    /// Runs the event loop on the calling thread and the others until stop, or until nothing is left to do.
    void run();
    /// Ends run soon. Thread-safe.
    void stop() { context_.stop(); }

private:
    unsigned threads_;
    asio::io_context context_;
};

}  // namespace berth::async
