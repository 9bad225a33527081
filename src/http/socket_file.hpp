#pragma once

#include "http/transport.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>

#include <string>

namespace berth::http {

using stream_acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

/// The name in the file system under which a unix socket is reached. Who may write to the file may connect: the
/// process's umask says who that is.
class socket_file {
public:
    /// Opens `acceptor` and binds it to `path`. A socket there that nobody answers on, left by a process that was
    /// killed, makes way. Throws boost::system::system_error: asio::error::address_in_use where somebody answers,
    /// errc::file_exists where something else than a socket stands there.
    socket_file(stream_acceptor& acceptor, std::string path);
    /// Removes the name, unless another process answers there now. To be called after the acceptor was closed.
    ~socket_file();
    socket_file(const socket_file&) = delete;
    socket_file& operator=(const socket_file&) = delete;

private:
    const std::string path_;
};

}  // namespace berth::http
