#include "api/origin.hpp"

#include "http/host.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>

#include <string_view>

namespace berth::api {

namespace {

std::string_view first_of_list(std::string_view list, char separator) {
    return list.substr(0, list.find(separator));
}

// `for=192.0.2.1; host="registry.example"; proto=https` -> the value of `key`; empty where it is not there.
std::string parameter(std::string_view element, std::string_view key) {
    for (;;) {
        const std::string_view pair = first_of_list(element, ';');
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos &&
            boost::iequals(boost::trim_copy(std::string{pair.substr(0, equals)}), key)) {
            std::string value{pair.substr(equals + 1)};
            boost::trim(value);
            if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
                value = value.substr(1, value.size() - 2);
            return value;
        }
        if (pair.size() == element.size()) return {};
        element.remove_prefix(pair.size() + 1);
    }
}

}  // namespace

std::string client_origin(const http::fields& headers, bool over_tls) {
    const std::string_view forwarded = first_of_list(headers["Forwarded"], ',');
    std::string host = parameter(forwarded, "host");
    if (host.empty()) host = boost::trim_copy(std::string{first_of_list(headers["X-Forwarded-Host"], ',')});
    if (host.empty() || !http::can_be_host(host)) host = headers[http::field::host];
    if (host.empty()) return {};

    std::string scheme = parameter(forwarded, "proto");
    if (scheme.empty()) scheme = boost::trim_copy(std::string{first_of_list(headers["X-Forwarded-Proto"], ',')});
    const bool https = scheme.empty() ? over_tls : boost::to_lower_copy(scheme) == "https";
    return (https ? "https://" : "http://") + host;
}

}  // namespace berth::api
