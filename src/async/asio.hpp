#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace berth {

namespace asio = boost::asio;
using asio::awaitable;
using boost::system::error_code;

/// Awaits to a tuple (error_code, ...) instead of throwing: for I/O whose failure is an ordinary event.
inline constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

}  // namespace berth
