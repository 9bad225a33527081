#pragma once

#include "async/asio.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <exception>

namespace berth::async {

/// How an operation ends that was cancelled: for whoever catches all else that goes wrong, and lets that through.
inline bool is_cancellation(const std::exception& error) {
    const auto* ended = dynamic_cast<const boost::system::system_error*>(&error);
    return ended && ended->code() == asio::error::operation_aborted;
}

}  // namespace berth::async
