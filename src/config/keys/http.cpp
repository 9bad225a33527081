#include "config/key_readers.hpp"
#include "config/keys/tables.hpp"
#include "config/shapes.hpp"

namespace berth::config {

namespace {

using enum key::kind;
using namespace key_readers;

template <auto member>
void http(const value& v, configuration& c) {
    v.read(c.http.*member);
}

bool is_address_or_socket(std::string_view text) {
    return is_listen_address(text) || is_socket_path(text);
}

void net(const value& v, configuration& c) {
    v.read_choice(c.http.on_unix_socket, {{"tcp", false}, {"unix", true}, {"", false}});
}

// clang-format off
const key table[] = {
    {"http.addr", single, ":5000", [](const value& v, configuration& c) {
         v.read_shape(c.http.addr, is_address_or_socket,
                      "host:port or :port, for example 127.0.0.1:5000, or with net: unix a path of at most 107 bytes");
     }},
    {"http.net", single, "tcp", net},
    {"http.host", single, "", [](const value& v, configuration& c) {
         v.read_shape(c.http.host, is_absolute_url, "an address such as https://registry.example");
     }},
    {"http.prefix", single, "/", [](const value& v, configuration& c) {
         v.read_shape(c.http.prefix, is_path_prefix, "a path such as /registry/");
     }},
    {"http.relativeurls", single, "false", http<&http_settings::relative_urls>},
    {"http.secret", secret, "", http<&http_settings::secret>},
    {"http.draintimeout", single, "0s", [](const value& v, configuration& c) {
         v.read(c.http.drain_timeout, std::chrono::nanoseconds{0});
     }},
    {"http.allowedhosts", subtree, "", [](const value& v, configuration& c) { v.read(c.http.allowed_hosts); }},
    {"http.maxconnections", single, "0", [](const value& v, configuration& c) { v.read(c.http.max_connections, {}); }},
    {"http.idletimeout", single, "2m0s", [](const value& v, configuration& c) {
         v.read(c.http.idle_timeout, std::chrono::milliseconds{1});
     }},
    {"http.headertimeout", single, "30s", [](const value& v, configuration& c) {
         v.read(c.http.header_timeout, std::chrono::milliseconds{1});
     }},
    {"http.headers", subtree, "", [](const value& v, configuration& c) { read_headers(v, c.http.headers); }},
    {"http.debug.addr", single, "", [](const value& v, configuration& c) {
         v.read_shape(c.http.debug.addr, is_listen_address, "host:port or :port, for example 127.0.0.1:5001");
     }},
    {"http.debug.prometheus.enabled", single, "false", [](const value& v, configuration& c) {
         v.read(c.http.debug.prometheus_enabled);
     }},
    {"http.debug.prometheus.path", single, "/metrics", [](const value& v, configuration& c) {
         v.read_shape(c.http.debug.prometheus_path, is_absolute_path, "a path such as /metrics");
     }},
    {"http.http2", subtree, "", [](const value& v, configuration&) {
         const auto disabled = v.below("disabled");
         if (disabled && !disabled->is_empty() && !is_true(*disabled))
             v.warn("ignored: HTTP/1.1 is spoken, as every client of registries does");
     }},
    {"http.h2c.enabled", single, "false", [](const value& v, configuration&) {
         if (is_true(v)) v.warn("ignored: HTTP/1.1 is spoken, as every client of registries does");
     }},
};
// clang-format on

}  // namespace

std::span<const key> http_keys() {
    return table;
}

}  // namespace berth::config
