#pragma once

#include <stdexcept>
#include <string>

namespace berth::http {

/// The exchange broke below HTTP: no connection, reset, time-out, TLS, a message that is no HTTP. Whether the server
/// has acted on the request is unknown.
class transport_error : public std::runtime_error {
public:
    explicit transport_error(const std::string& text, bool timed_out = false)
        : std::runtime_error{text}, timed_out_{timed_out} {}
    /// The peer was silent for too long: it may be overloaded, or never have heard of us.
    bool timed_out() const { return timed_out_; }

private:
    bool timed_out_;
};

}  // namespace berth::http
