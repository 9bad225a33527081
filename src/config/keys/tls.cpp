#include "config/key_readers.hpp"
#include "config/keys/tables.hpp"

#include <openssl/ssl.h>

namespace berth::config {

namespace {

using enum key::kind;
using namespace key_readers;

void minimum_version(const value& v, configuration& c) {
    enum class least { old, tls_1_2, tls_1_3 };
    auto version = least::tls_1_2;
    v.read_choice(version, {{"", least::tls_1_2},
                            {"tls1.2", least::tls_1_2},
                            {"tls1.3", least::tls_1_3},
                            {"tls1.0", least::old},
                            {"tls1.1", least::old}});
    if (version == least::old) v.warn("TLS below 1.2 is broken and not spoken here; tls1.2 counts");
    c.http.tls.tls_1_3_only = version == least::tls_1_3;
}

void client_auth(const value& v, configuration& c) {
    using certificates = tls_settings::client_certificates;
    v.read_choice(c.http.tls.client_auth,
                  {{"require-and-verify-client-cert", certificates{.required = true, .verified = true}},
                   {"", certificates{.required = true, .verified = true}},
                   {"verify-client-cert-if-given", certificates{.required = false, .verified = true}},
                   {"require-any-client-cert", certificates{.required = true, .verified = false}},
                   {"request-client-cert", certificates{.required = false, .verified = false}}});
}

void cipher_suites(const value& v, configuration& c) {
    v.read(c.http.tls.cipher_suites);
    for (const std::string& name : c.http.tls.cipher_suites)
        if (OPENSSL_cipher_name(name.c_str()) == std::string_view{"(NONE)"})
            v.refuse(name + " is not known; write names such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, or take it out");
}

void lets_encrypt(const value& v, configuration& c) {
    if (v.is_empty()) return;
    if (!c.http.tls.certificate.empty()) return v.warn("not used, as certificate is set");
    v.refuse(
        "certificates are not fetched here; have certbot or lego do that, and write its files as certificate and key: "
        "they are read again whenever they change");
}

// clang-format off
const key table[] = {
    {"http.tls.certificate", single, "", [](const value& v, configuration& c) { v.read(c.http.tls.certificate); }},
    {"http.tls.key", single, "", [](const value& v, configuration& c) { v.read(c.http.tls.key); }},
    {"http.tls.clientcas", subtree, "", [](const value& v, configuration& c) { v.read(c.http.tls.client_cas); }},
    {"http.tls.clientauth", single, "require-and-verify-client-cert", client_auth},
    {"http.tls.minimumtls", single, "tls1.2", minimum_version},
    {"http.tls.ciphersuites", subtree, "", cipher_suites},
    {"http.tls.letsencrypt", subtree, "", lets_encrypt},
};
// clang-format on

}  // namespace

std::span<const key> tls_keys() {
    return table;
}

}  // namespace berth::config
