#include "api/known_hosts.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace berth::api {

namespace {

namespace ip = boost::asio::ip;

// "registry.example" of "Registry.example.:5000", "::1" of "[::1]:5000".
std::string without_port(std::string_view host) {
    if (host.starts_with('[')) return std::string{host.substr(1, host.find(']') - 1)};
    std::string name = boost::to_lower_copy(std::string{host.substr(0, host.find(':'))});
    if (name.ends_with('.')) name.pop_back();
    return name;
}

}  // namespace

known_hosts::known_hosts(std::vector<std::string> names) : names_{std::move(names)} {
    for (std::string& name : names_) name = without_port(name);
}

bool known_hosts::has(std::string_view host) const {
    if (host.empty()) return true;
    const std::string name = without_port(host);
    if (name == "localhost" || name.ends_with(".localhost")) return true;
    boost::system::error_code no_address;
    ip::make_address(name, no_address);
    if (!no_address) return true;
    return std::ranges::any_of(names_, [&](const std::string& known) { return known == name || known == "*"; });
}

bool is_loopback(std::string_view address) {
    const std::string name = without_port(address);
    if (name == "localhost") return true;
    boost::system::error_code no_address;
    const auto parsed = ip::make_address(name, no_address);
    return !no_address && parsed.is_loopback();
}

}  // namespace berth::api
