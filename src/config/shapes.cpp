#include "config/shapes.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <sys/un.h>

namespace berth::config {

namespace {

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool consists_of(std::string_view text, std::string_view others) {
    return std::ranges::all_of(text, [&](char c) { return is_alphanumeric(c) || others.find(c) != others.npos; });
}

bool is_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size();
}

bool is_host(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']'))
        return text.size() > 2 && consists_of(text.substr(1, text.size() - 2), ":.%");
    return !text.empty() && consists_of(text, "._-");
}

bool is_authority(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || text.ends_with(']')) return is_host(text);
    return is_host(text.substr(0, colon)) && is_port(text.substr(colon + 1));
}

bool is_authority_with_path(std::string_view text) {
    const std::string_view path = text.substr(std::min(text.find('/'), text.size()));
    return is_authority(text.substr(0, text.size() - path.size())) && consists_of(path, "/._-~%");
}

bool remove_scheme(std::string_view& text) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!text.starts_with(scheme)) continue;
        text.remove_prefix(scheme.size());
        return true;
    }
    return false;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

bool is_listen_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || !is_port(text.substr(colon + 1))) return false;
    return colon == 0 || is_host(text.substr(0, colon));
}

bool is_absolute_url(std::string_view text) {
    return remove_scheme(text) && is_authority_with_path(text);
}

bool is_origin(std::string_view text) {
    return remove_scheme(text) && is_authority(text);
}

bool is_request_url(std::string_view text) {
    return remove_scheme(text) && text.find('@') == text.npos;
}

bool is_endpoint(std::string_view text) {
    remove_scheme(text);
    return is_authority_with_path(text);
}

bool is_region(std::string_view text) {
    return !text.empty() && consists_of(text, "-");
}

bool is_bucket(std::string_view text) {
    return !text.empty() && std::ranges::none_of(text, [](char c) { return is_control(c) || c == ' ' || c == '/'; });
}

bool is_absolute_path(std::string_view text) {
    return text.starts_with('/') && text.find('\0') == text.npos;
}

bool is_socket_path(std::string_view text) {
    constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;
    return text.find('/') != text.npos && !text.ends_with('/') && text.size() <= longest &&
           std::ranges::none_of(text, is_control);
}

bool is_path_prefix(std::string_view text) {
    const auto has = [&](std::string_view part) { return (std::string{text} + '/').find(part) != std::string::npos; };
    return text.starts_with('/') && consists_of(text, "/._-~") && !has("/./") && !has("/../") &&
           text.find("//") == text.npos;
}

bool is_header_name(std::string_view text) {
    return !text.empty() && consists_of(text, "!#$%&'*+-.^_`|~");
}

bool is_header_value(std::string_view text) {
    return std::ranges::none_of(text, is_control);
}

}  // namespace berth::config
