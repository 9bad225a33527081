#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth::api {

/// The names by which a registry may be called that listens on the loopback interface and lets everybody in. A page in
/// a browser reaches it by having its own name point to 127.0.0.1 (DNS rebinding); then that name is in Host, for a
/// page cannot choose another one. Numeric addresses and localhost are always known: no name points anywhere by them.
class known_hosts {
public:
    /// `names`: "registry.example", without ports; "*" for any.
    explicit known_hosts(std::vector<std::string> names);

    /// `host` as a request has it, with or without a port. A request without one comes from no browser.
    bool has(std::string_view host) const;

private:
    std::vector<std::string> names_;
};

/// Whether an address as `http.addr` has it, "127.0.0.1:5000", is one of the loopback interface.
bool is_loopback(std::string_view address);

}  // namespace berth::api
