#pragma once

#include "async/asio.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <optional>
#include <string>

namespace berth::http {

/// Who is at the other end of a connection; nothing where that is a unix socket, whose clients have no address.
using peer = std::optional<asio::ip::tcp::endpoint>;

peer as_peer(const asio::generic::stream_protocol::endpoint& any);
peer peer_of(const asio::generic::stream_protocol::socket& socket);

/// "127.0.0.1"; of a unix socket "@", as registry:2 calls it.
std::string host_of(const peer& who);
/// "127.0.0.1:40122", "[::1]:40122"; of a unix socket "@".
std::string address_of(const peer& who);

}  // namespace berth::http
