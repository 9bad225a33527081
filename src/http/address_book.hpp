#pragma once

#include "async/single_flight.hpp"
#include "http/origin.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <functional>
#include <mutex>
#include <vector>

namespace berth::http {

/// The addresses of one server. A name with many stands for many servers: connections are spread over all of them in
/// turn, and one that does not answer is tried last for a while. Names are looked up again every few seconds, since
/// such servers change what they answer. Thread-safe.
class address_book {
public:
    using endpoint = asio::ip::tcp::endpoint;
    using clock = std::chrono::steady_clock;
    /// Finds the addresses of a server; throws boost::system::system_error.
    using lookup = std::function<awaitable<std::vector<endpoint>>(const origin&)>;

    explicit address_book(origin server, lookup how = ask_resolver);

    /// All addresses in the order to try them; the next call begins with the next one. A name that can no longer be
    /// looked up keeps the addresses it had. Throws boost::system::system_error where there are none.
    awaitable<std::vector<endpoint>> in_turn();

    void failed(const endpoint& address);

    static awaitable<std::vector<endpoint>> ask_resolver(const origin& server);

private:
    struct entry {
        endpoint address;
        clock::time_point failed{};  // the epoch: it has not
    };

    awaitable<bool> find_first();
    awaitable<void> look_up();

    const origin server_;
    const lookup lookup_;
    async::single_flight<bool> lookups_;
    std::mutex mutex_;
    std::vector<entry> entries_;  // guarded by mutex_, as those below
    clock::time_point looked_up_{};
    bool looking_ = false;
    std::size_t turn_;
};

}  // namespace berth::http
