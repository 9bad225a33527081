#include "http/peer.hpp"

#include <cstring>
#include <sstream>

namespace berth::http {

peer peer_of(const asio::generic::stream_protocol::socket& socket) {
    error_code gone;
    const auto remote = socket.remote_endpoint(gone);
    if (gone) return std::nullopt;
    return as_peer(remote);
}

peer as_peer(const asio::generic::stream_protocol::endpoint& any) {
    const int family = any.protocol().family();
    if (family != AF_INET && family != AF_INET6) return std::nullopt;
    asio::ip::tcp::endpoint endpoint;
    endpoint.resize(any.size());
    std::memcpy(endpoint.data(), any.data(), any.size());
    return endpoint;
}

std::string host_of(const peer& who) {
    return who ? who->address().to_string() : "@";
}

std::string address_of(const peer& who) {
    if (!who) return "@";
    std::ostringstream text;
    text << *who;
    return text.str();
}

}  // namespace berth::http
