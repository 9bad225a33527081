#pragma once

#include "async/bounded_group.hpp"

#include <optional>
#include <tuple>
#include <utility>

namespace berth::async {

namespace detail {

template <class T>
awaitable<void> store(awaitable<T> work, std::optional<T>& out) {
    out.emplace(co_await std::move(work));
}

}  // namespace detail

/// Awaits two things side by side and returns both results. When one throws, the other is awaited all the same, and
/// what was thrown first is thrown. (Asio's operator&& throws multiple_exceptions when both fail, which says nothing.)
template <class A, class B>
awaitable<std::tuple<A, B>> both(awaitable<A> first, awaitable<B> second) {
    std::optional<A> a;
    std::optional<B> b;
    bounded_group group{co_await asio::this_coro::executor, 2};
    co_await group.start(detail::store(std::move(first), a));
    co_await group.start(detail::store(std::move(second), b));
    co_await group.join();
    co_return std::tuple<A, B>{std::move(*a), std::move(*b)};
}

}  // namespace berth::async
