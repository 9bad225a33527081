#pragma once

#include "async/byte_source.hpp"
#include "http/peer.hpp"

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/verb.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>

namespace berth::http {

// Beast's words for HTTP are ours too.
using boost::beast::http::field;
using boost::beast::http::fields;
using boost::beast::http::status;
using boost::beast::http::verb;

/// A request's body did not arrive whole: the client went away, stalled, or sent what is no HTTP.
class body_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The body of a request as it arrives. A body that breaks off throws body_error. Reading it answers "Expect:
/// 100-continue" by itself.
class request_body : public async::byte_source {
public:
    /// What Content-Length says; nothing for a chunked body. 0 where there is no body.
    virtual std::optional<std::uint64_t> content_length() const = 0;
};

/// A request whose header is complete.
///
/// Lifetime: lives in the session's coroutine frame, which awaits the handler on the spot.
struct request {
    verb method = verb::unknown;
    std::string method_name;
    std::string target;  ///< As sent: path and query, still percent-encoded.
    unsigned version;    ///< 10 for HTTP/1.0, else 11.
    fields headers;
    http::peer peer;
    request_body& body;
    bool over_tls = false;
    /// The common name in the client's certificate, where it showed one that was verified.
    std::optional<std::string> client_certificate_subject{};
    /// Who asks, once the handler has found out; empty: nobody with a name.
    std::string user{};
    std::shared_ptr<const void> companion{};  ///< Of whoever counts exchanges: goes with the exchange's end.
};

/// A body that is streamed: exactly `size_bytes` from `source`. `source` may be null for an answer to HEAD.
struct stream_body {
    std::unique_ptr<async::byte_source> source;
    std::uint64_t size_bytes = 0;
};

/// What a handler answers. The session adds Content-Length, Date and Connection; to HEAD it sends the header alone.
struct response {
    http::status code = http::status::ok;
    fields headers;
    std::variant<std::string, stream_body> body;
};

/// Answers one request. Runs on the session's executor. Must not throw: what escapes closes the connection.
using handler = std::function<awaitable<response>(request&)>;

}  // namespace berth::http
