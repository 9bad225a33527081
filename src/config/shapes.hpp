#pragma once

#include <string_view>

namespace berth::config {

/// What a text must look like to be worth a try. Whether the host is there is for the service to find out.

/// ":5000", "127.0.0.1:5000", "[::1]:5000", "localhost:5000"
bool is_listen_address(std::string_view text);
/// "http://host...", "https://host:port..."
bool is_absolute_url(std::string_view text);
/// "https://host:port" and no more.
bool is_origin(std::string_view text);
/// "http://host:port/path?query", "https://...", without a user and a password, which logs would show.
bool is_request_url(std::string_view text);
/// "host", "host:port", and the same with "http://" or "https://" before it or a path after it.
bool is_endpoint(std::string_view text);
/// Letters, digits and hyphens: the region becomes part of a host name.
bool is_region(std::string_view text);
/// No blanks, no slashes and not empty. S3's own rule is narrower, other stores' is not.
bool is_bucket(std::string_view text);
/// "/var/cache/berth"
bool is_absolute_path(std::string_view text);
/// "/registry/", "/team/registry", "/": of what stands in URLs as it is, and no client shortens.
bool is_path_prefix(std::string_view text);
/// "/run/berth.sock", "./berth.sock": with a slash, and short enough for the kernel.
bool is_socket_path(std::string_view text);
/// A token of RFC 9110, 5.6.2: the name of a header.
bool is_header_name(std::string_view text);
/// No control characters: a header's value ends at one.
bool is_header_value(std::string_view text);

}  // namespace berth::config
