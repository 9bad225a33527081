#include "http/address_book.hpp"

#include <algorithm>
#include <random>

namespace berth::http {

namespace {

constexpr std::chrono::seconds fresh_for{10};
constexpr std::chrono::seconds avoided_for{30};

}  // namespace

// Nodes that start together do not all begin with the same address.
address_book::address_book(origin server, lookup how)
    : server_{std::move(server)}, lookup_{std::move(how)}, turn_{std::random_device{}()} {}

awaitable<std::vector<address_book::endpoint>> address_book::ask_resolver(const origin& server) {
    error_code not_an_address;
    const auto address = asio::ip::make_address(server.host, not_an_address);
    if (!not_an_address) co_return std::vector{endpoint{address, server.port}};

    asio::ip::tcp::resolver resolver{co_await asio::this_coro::executor};
    const auto found = co_await resolver.async_resolve(server.host, std::to_string(server.port), asio::use_awaitable);
    std::vector<endpoint> endpoints;
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
    co_return endpoints;
}

awaitable<bool> address_book::find_first() {
    {
        const std::lock_guard lock{mutex_};
        if (!entries_.empty()) co_return true;
    }
    co_await look_up();
    co_return true;
}

awaitable<void> address_book::look_up() {
    std::vector<endpoint> found;
    std::exception_ptr failure;
    try {
        found = co_await lookup_(server_);
    } catch (...) {
        failure = std::current_exception();
    }
    const std::lock_guard lock{mutex_};
    looked_up_ = clock::now();
    looking_ = false;
    if (failure && entries_.empty()) std::rethrow_exception(failure);
    if (failure) co_return;
    std::vector<entry> fresh;
    for (const endpoint& address : found) {
        const auto known = std::ranges::find(entries_, address, &entry::address);
        fresh.push_back(known == entries_.end() ? entry{address} : *known);
    }
    entries_ = std::move(fresh);
}

awaitable<std::vector<address_book::endpoint>> address_book::in_turn() {
    bool has_none = false;
    bool goes_and_looks = false;  // one does; the others use what there is: a slow resolver must not hold them up
    {
        const std::lock_guard lock{mutex_};
        has_none = entries_.empty();
        goes_and_looks = !has_none && !looking_ && clock::now() - looked_up_ >= fresh_for;
        if (goes_and_looks) looking_ = true;
    }
    if (has_none) {
        const auto find = [this] { return find_first(); };
        std::string name = server_.host;
        co_await lookups_.run(std::move(name), find);
    }
    if (goes_and_looks) co_await look_up();

    const std::lock_guard lock{mutex_};
    std::vector<entry> order = entries_;
    if (!order.empty()) std::ranges::rotate(order, order.begin() + static_cast<std::ptrdiff_t>(turn_++ % order.size()));
    const auto now = clock::now();
    std::ranges::stable_partition(
        order, [now](const entry& e) { return e.failed == clock::time_point{} || now - e.failed > avoided_for; });
    std::vector<endpoint> addresses;
    for (const entry& e : order) addresses.push_back(e.address);
    co_return addresses;
}

void address_book::failed(const endpoint& address) {
    const std::lock_guard lock{mutex_};
    const auto known = std::ranges::find(entries_, address, &entry::address);
    if (known != entries_.end()) known->failed = clock::now();
}

}  // namespace berth::http
