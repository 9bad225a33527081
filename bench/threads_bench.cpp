// Serves "{}" on a port of its own choice until it is killed, with one of two arrangements of threads:
//
//   threads_bench shared N    one io_context run by N threads, a strand per session
//   threads_bench single N    N io_contexts of one thread each, sessions dealt out in turn (what berth does)
//
// Prints the port. bench/threads puts load on both and compares.
#include "async/task_group.hpp"
#include "http/session.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

using namespace berth;
using asio::ip::tcp;

namespace {

awaitable<http::response> answer(http::request&) {
    http::response ok;
    ok.headers.set(http::field::content_type, "application/json; charset=utf-8");
    ok.body = std::string{"{}"};
    co_return ok;
}

struct arrangement {
    std::vector<std::unique_ptr<asio::io_context>> contexts;
    bool strands;
    std::size_t next = 0;

    asio::any_io_executor next_executor() {
        asio::io_context& context = *contexts[next++ % contexts.size()];
        if (strands) return asio::make_strand(context);
        return context.get_executor();
    }
};

awaitable<void> accept_all(tcp::acceptor& acceptor, arrangement& where, async::task_group& sessions) {
    static const http::session_options options;
    static const http::handler handler = answer;
    static std::atomic<std::size_t> busy{0};
    for (;;) {
        const auto executor = where.next_executor();
        auto [error, socket] = co_await acceptor.async_accept(executor, as_tuple);
        if (!error) sessions.spawn(executor, http::run_session(std::move(socket), options, handler, busy));
    }
}

}  // namespace

int main(int argc, char** argv) {
    const bool shared = argc == 3 && std::string_view{argv[1]} == "shared";
    const int threads = argc == 3 ? std::atoi(argv[2]) : 0;
    if (threads < 1) {
        std::fputs("usage: threads_bench shared|single THREADS\n", stderr);
        return 2;
    }
    arrangement where{{}, shared, 0};
    for (int i = 0; i < (shared ? 1 : threads); ++i)
        where.contexts.push_back(std::make_unique<asio::io_context>(shared ? threads : 1));
    asio::io_context& first = *where.contexts.front();
    async::task_group sessions;
    tcp::acceptor acceptor{first, {asio::ip::make_address("127.0.0.1"), 0}};
    std::printf("%u\n", unsigned{acceptor.local_endpoint().port()});
    std::fflush(stdout);
    asio::co_spawn(first, accept_all(acceptor, where, sessions), asio::detached);

    std::vector<std::jthread> runners;
    for (int i = 0; i < threads; ++i)
        runners.emplace_back([&context = *where.contexts[i % where.contexts.size()]] {
            const auto keep = asio::make_work_guard(context);
            context.run();
        });
}
