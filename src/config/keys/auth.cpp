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

void signing_algorithms(const value& v, configuration& c) {
    v.read(c.auth.token.signing_algorithms);
    for (const std::string& name : c.auth.token.signing_algorithms)
        if (name.starts_with("HS")) v.warn(name + " is not used: who can check such a signature can make one");
}

// choose_auth() says which of them counts.
// clang-format off
const key table[] = {
    {"auth.none", subtree, "", nothing},
    {"auth.silly.realm", single, "", [](const value& v, configuration& c) { read_name(v, c.auth.silly.realm); }},
    {"auth.silly.service", single, "", [](const value& v, configuration& c) { read_name(v, c.auth.silly.service); }},
    {"auth.htpasswd.realm", single, "", [](const value& v, configuration& c) { read_name(v, c.auth.htpasswd.realm); }},
    {"auth.htpasswd.path", single, "", [](const value& v, configuration& c) { v.read(c.auth.htpasswd.path); }},
    {"auth.token.realm", single, "", [](const value& v, configuration& c) {
         v.read_shape(c.auth.token.realm, is_request_url, "an address such as https://tokens.example/token");
     }},
    {"auth.token.service", single, "", [](const value& v, configuration& c) { read_name(v, c.auth.token.service); }},
    {"auth.token.issuer", single, "", [](const value& v, configuration& c) { v.read(c.auth.token.issuer); }},
    {"auth.token.rootcertbundle", single, "", [](const value& v, configuration& c) {
         v.read(c.auth.token.root_cert_bundle);
     }},
    {"auth.token.jwks", single, "", [](const value& v, configuration& c) { v.read(c.auth.token.jwks); }},
    {"auth.token.signingalgorithms", subtree, "", signing_algorithms},
    {"auth.token.autoredirect", single, "false", [](const value& v, configuration& c) {
         v.read(c.auth.token.auto_redirect);
     }},
    {"auth.token.autoredirectpath", single, "/auth/token/", [](const value& v, configuration& c) {
         v.read_shape(c.auth.token.auto_redirect_path, is_absolute_path, "a path such as /auth/token/");
     }},
};
// clang-format on

}  // namespace

std::span<const key> auth_keys() {
    return table;
}

}  // namespace berth::config
