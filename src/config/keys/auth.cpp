#include "config/key_readers.hpp"
#include "config/keys/tables.hpp"
#include "config/shapes.hpp"

namespace berth::config {

namespace {

using enum key::kind;
using namespace key_readers;

// It stands in a header.
void read_name(const value& v, std::string& out) {
    v.read_shape(out, is_header_value, "a text without line breaks");
}

// choose_auth() says which of them counts.
// clang-format off
const key table[] = {
    {"auth.none", subtree, "", nothing},
    {"auth.silly.realm", single, "", [](const value& v, configuration& c) { read_name(v, c.auth.silly.realm); }},
    {"auth.silly.service", single, "", [](const value& v, configuration& c) { read_name(v, c.auth.silly.service); }},
    {"auth.htpasswd.realm", single, "", [](const value& v, configuration& c) { read_name(v, c.auth.htpasswd.realm); }},
    {"auth.htpasswd.path", single, "", [](const value& v, configuration& c) { v.read(c.auth.htpasswd.path); }},
    {"auth.token", subtree, "", nothing},
};
// clang-format on

}  // namespace

std::span<const key> auth_keys() {
    return table;
}

}  // namespace berth::config
