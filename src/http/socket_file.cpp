#include "http/socket_file.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <cerrno>
#include <exception>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::http {

namespace {

using local = asio::local::stream_protocol;

[[noreturn]] void fail(error_code error) {
    throw boost::system::system_error{error};
}

// What an attempt to connect says; none: somebody answers, or has not yet come to it.
error_code ask(const std::string& path) {
    asio::io_context unused;
    local::socket asking{unused};
    error_code error;
    asking.open(local{}, error);
    asking.non_blocking(true, error);
    asking.connect(local::endpoint{path}, error);
    return error == asio::error::would_block ? error_code{} : error;
}

void remove_if_nobody_answers(const std::string& path) {
    struct stat what {};
    if (::lstat(path.c_str(), &what) != 0) return;
    if (!S_ISSOCK(what.st_mode)) fail(boost::system::errc::make_error_code(boost::system::errc::file_exists));
    const error_code error = ask(path);
    if (!error) fail(asio::error::address_in_use);
    if (error != asio::error::connection_refused) fail(error);
    if (::unlink(path.c_str()) != 0) fail({errno, boost::system::system_category()});
}

}  // namespace

socket_file::socket_file(stream_acceptor& acceptor, std::string path) : path_{std::move(path)} {
    const local::endpoint endpoint{path_};
    remove_if_nobody_answers(path_);
    acceptor.open(endpoint.protocol());
    acceptor.bind(endpoint);
}

socket_file::~socket_file() {
    try {
        if (ask(path_) == asio::error::connection_refused) ::unlink(path_.c_str());
    } catch (const std::exception&) {
        // Out of descriptors: the next one to start removes it.
    }
}

}  // namespace berth::http
