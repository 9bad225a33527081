#pragma once

#include "async/for_each.hpp"

#include <array>
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

/// Awaits two things side by side and returns both results. When one throws, that is thrown once the other has
/// ended. (Asio's operator&& throws multiple_exceptions when both fail, which says nothing.)
template <class A, class B>
awaitable<std::tuple<A, B>> both(awaitable<A> first, awaitable<B> second) {
    std::optional<A> a;
    std::optional<B> b;
    std::array<awaitable<void>, 2> halves{detail::store(std::move(first), a), detail::store(std::move(second), b)};
    co_await await_all(halves);
    co_return std::tuple<A, B>{std::move(*a), std::move(*b)};
}

}  // namespace berth::async
