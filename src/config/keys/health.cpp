#include "config/elements.hpp"
#include "config/key_readers.hpp"
#include "config/keys/tables.hpp"
#include "config/shapes.hpp"

namespace berth::config {

namespace {

using enum key::kind;
using namespace key_readers;

using check_key = element_key<health_check>;

constexpr check_key interval = {{"interval", single, "10s"},
                                [](const value& v, health_check& c) { read_unless_zero(v, c.interval); }};
constexpr check_key threshold = {{"threshold", single, "0"},
                                 [](const value& v, health_check& c) { v.read(c.threshold, {}); }};
constexpr check_key timeout = {{"timeout", single, "5s"},
                               [](const value& v, health_check& c) { read_unless_zero(v, c.timeout); }};

constexpr check_key file_keys[] = {
    {{"file", single, ""}, [](const value& v, health_check& c) { v.read(c.target); }},
    interval,
    threshold,
};

constexpr check_key http_keys_of_a_check[] = {
    {{"uri", single, ""},
     [](const value& v, health_check& c) {
         v.read_shape(c.target, is_request_url,
                      "an address such as http://127.0.0.1:8080/health; a user and a password belong into headers");
     }},
    {{"headers", secret_subtree, ""}, [](const value& v, health_check& c) { read_headers(v, c.headers); }},
    {{"statuscode", single, "200"},
     [](const value& v, health_check& c) { read_unless_zero(v, c.status, {.max = 599}); }},
    timeout,
    interval,
    threshold,
};

constexpr check_key tcp_keys[] = {
    {{"addr", single, ""},
     [](const value& v, health_check& c) {
         v.read_shape(c.target, is_listen_address, "host:port, for example 127.0.0.1:6379");
     }},
    timeout,
    interval,
    threshold,
};

// The first of their keys is what each of them is about.
void read_checks(const value& v, std::vector<health_check>& out, std::span<const check_key> keys) {
    read_elements<health_check>(v, out, keys);
    for (const node& one : v.tree().children)
        if (one.type == node::kind::map && !one.says(keys.front().path))
            v.refuse("one of them has no " + std::string{keys.front().path} + "; write it, or take the check out");
}

// clang-format off
const key table[] = {
    {"health.storagedriver.enabled", single, "false", [](const value& v, configuration& c) {
         v.read(c.health.enabled);
     }},
    {"health.storagedriver.interval", single, "10s", [](const value& v, configuration& c) {
         v.read(c.health.interval, std::chrono::milliseconds{1});
     }},
    {"health.storagedriver.threshold", single, "0", [](const value& v, configuration& c) {
         v.read(c.health.threshold, {});
     }},
    {{"health.file", subtree, ""},
     [](const value& v, configuration& c) { read_checks(v, c.health.files, file_keys); },
     names_of<file_keys>},
    {{"health.http", subtree, ""},
     [](const value& v, configuration& c) { read_checks(v, c.health.https, http_keys_of_a_check); },
     names_of<http_keys_of_a_check>},
    {{"health.tcp", subtree, ""},
     [](const value& v, configuration& c) { read_checks(v, c.health.tcps, tcp_keys); },
     names_of<tcp_keys>},
};
// clang-format on

}  // namespace

std::span<const key> health_keys() {
    return table;
}

}  // namespace berth::config
