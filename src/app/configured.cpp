#include "app/configured.hpp"

#include "app/startup_error.hpp"

#include <charconv>
#include <stdexcept>

namespace berth::app {

address configured_address(const std::string& key, const std::string& text) {
    const auto colon = text.rfind(':');
    address parsed;
    const char* end = text.data() + text.size();
    const char* port = colon == std::string::npos ? end : text.data() + colon + 1;
    const auto [stop, error] = std::from_chars(port, end, parsed.port);
    if (error != std::errc{} || stop != end)
        throw startup_error{key + ": \"" + text + "\" is no address; write HOST:PORT or :PORT"};
    parsed.host = text.substr(0, colon);
    if (parsed.host.starts_with('[') && parsed.host.ends_with(']'))
        parsed.host = parsed.host.substr(1, parsed.host.size() - 2);
    return parsed;
}

http::service_url configured_url(const std::string& key, const std::string& text) {
    try {
        http::service_url url = http::parse_service_url(text);
        if (url.target.empty()) url.target = "/";
        return url;
    } catch (const std::invalid_argument& error) {
        throw startup_error{key + ": " + error.what() + "; write http://HOST:PORT/PATH"};
    }
}

http::fields configured_headers(const std::vector<std::pair<std::string, std::vector<std::string>>>& headers) {
    http::fields made;
    for (const auto& [name, values] : headers)
        for (const std::string& value : values) made.insert(name, value);
    return made;
}

}  // namespace berth::app
