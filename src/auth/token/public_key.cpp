#include "auth/token/public_key.hpp"

#include "base/base64.hpp"
#include "base/hash.hpp"
#include "oci/json_reading.hpp"

#include <boost/json/value.hpp>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <array>
#include <vector>

namespace berth::auth {

namespace {

namespace json = boost::json;
using kind = public_key::kind;

template <auto release>
struct released_by {
    void operator()(auto* what) const { release(what); }
};
using number_ptr = std::unique_ptr<BIGNUM, released_by<BN_free>>;
using builder_ptr = std::unique_ptr<OSSL_PARAM_BLD, released_by<OSSL_PARAM_BLD_free>>;
using parameters_ptr = std::unique_ptr<OSSL_PARAM, released_by<OSSL_PARAM_free>>;
using context_ptr = std::unique_ptr<EVP_PKEY_CTX, released_by<EVP_PKEY_CTX_free>>;
using key_ptr = std::shared_ptr<EVP_PKEY>;

constexpr int min_rsa_bits = 2048;

struct curve {
    kind key;
    const char* jwk_name;
    const char* openssl_name;
    std::size_t coordinate_bytes;
};
constexpr std::array curves = {
    curve{kind::p256, "P-256", "prime256v1", 32},
    curve{kind::p384, "P-384", "secp384r1", 48},
    curve{kind::p521, "P-521", "secp521r1", 66},
};

const curve& curve_of(kind key) {
    return curves[static_cast<std::size_t>(key) - static_cast<std::size_t>(kind::p256)];
}

const unsigned char* bytes_of(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string to_string(const BIGNUM* number, std::size_t size_bytes) {
    std::string bytes(size_bytes, '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size_bytes));
    return bytes;
}

// A number of `key`, in `size_bytes` bytes or (0) as many as it needs.
std::string number_of(EVP_PKEY* key, const char* name, std::size_t size_bytes = 0) {
    BIGNUM* read = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &read) != 1) return {};
    const number_ptr number{read};
    return to_string(read, size_bytes != 0 ? size_bytes : static_cast<std::size_t>(BN_num_bytes(read)));
}

// A member of `jwk` in base64url.
std::optional<std::string> bytes_at(const json::object& jwk, std::string_view name) {
    const auto text = oci::find_string(jwk, name);
    if (!text || text->empty()) return std::nullopt;
    return decode_base64url(*text);
}

key_ptr make_key(const char* type, OSSL_PARAM_BLD* builder) {
    const parameters_ptr parameters{OSSL_PARAM_BLD_to_param(builder)};
    const context_ptr context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
    EVP_PKEY* made = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
        return nullptr;
    return {made, EVP_PKEY_free};
}

key_ptr rsa_key(const json::object& jwk) {
    const auto n = bytes_at(jwk, "n"), e = bytes_at(jwk, "e");
    if (!n || !e) return nullptr;
    const number_ptr modulus{BN_bin2bn(bytes_of(*n), static_cast<int>(n->size()), nullptr)};
    const number_ptr exponent{BN_bin2bn(bytes_of(*e), static_cast<int>(e->size()), nullptr)};
    const builder_ptr builder{OSSL_PARAM_BLD_new()};
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
    return make_key("RSA", builder.get());
}

key_ptr ec_key(const json::object& jwk) {
    const auto name = oci::find_string(jwk, "crv");
    const auto x = bytes_at(jwk, "x"), y = bytes_at(jwk, "y");
    if (!name || !x || !y) return nullptr;
    for (const curve& each : curves) {
        if (*name != each.jwk_name) continue;
        if (x->size() != each.coordinate_bytes || y->size() != each.coordinate_bytes) return nullptr;
        const std::string point = '\x04' + *x + *y;
        const builder_ptr builder{OSSL_PARAM_BLD_new()};
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, each.openssl_name, 0);
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
        return make_key("EC", builder.get());
    }
    return nullptr;
}

key_ptr ed25519_key(const json::object& jwk) {
    const auto x = bytes_at(jwk, "x");
    if (!x || oci::find_string(jwk, "crv") != "Ed25519") return nullptr;
    return {EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*x), x->size()), EVP_PKEY_free};
}

// {"a":"...","b":"..."} as RFC 7638 wants it: what stands in it is base64url and names of curves, which JSON does not
// escape.
std::string canonical(std::initializer_list<std::pair<const char*, std::string>> members) {
    std::string text;
    for (const auto& [name, value] : members)
        text += (text.empty() ? '{' : ',') + ('"' + std::string{name} + "\":\"" + value + '"');
    return text + '}';
}

}  // namespace

std::optional<public_key> public_key::of(key_ptr key) {
    if (!key) return std::nullopt;
    if (EVP_PKEY_is_a(key.get(), "RSA") && EVP_PKEY_get_bits(key.get()) >= min_rsa_bits)
        return public_key{std::move(key), kind::rsa};
    if (EVP_PKEY_is_a(key.get(), "ED25519")) return public_key{std::move(key), kind::ed25519};
    if (EVP_PKEY_is_a(key.get(), "EC")) {
        std::array<char, 64> group{};
        EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), nullptr);
        for (const curve& each : curves)
            if (std::string_view{group.data()} == each.openssl_name) return public_key{std::move(key), each.key};
    }
    return std::nullopt;
}

std::optional<public_key> public_key::of_jwk(const json::object& jwk) {
    const auto type = oci::find_string(jwk, "kty");
    key_ptr key;
    if (type == "RSA") key = rsa_key(jwk);
    if (type == "EC") key = ec_key(jwk);
    if (type == "OKP") key = ed25519_key(jwk);
    ERR_clear_error();
    return of(std::move(key));
}

std::string public_key::libtrust_id() const {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key_.get(), &der);
    if (size <= 0) return {};
    const sha256_bytes hash = sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);

    // The first 30 of its bytes are 48 letters without padding.
    std::string id;
    for (std::size_t bit = 0; bit < 240; bit += 5) {
        const std::size_t at = bit / 8;
        const unsigned two = static_cast<unsigned>(hash[at] << 8 | hash[at + 1]);
        if (bit % 20 == 0 && bit != 0) id += ':';
        id += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[two >> (11 - bit % 8) & 0x1f];
    }
    return id;
}

std::string public_key::thumbprint() const {
    json::object jwk;
    if (kind_ == kind::rsa) {
        jwk["kty"] = "RSA";
        jwk["n"] = encode_base64url(number_of(get(), OSSL_PKEY_PARAM_RSA_N));
        jwk["e"] = encode_base64url(number_of(get(), OSSL_PKEY_PARAM_RSA_E));
    } else if (kind_ == kind::ed25519) {
        std::string x(32, '\0');
        std::size_t size = x.size();
        EVP_PKEY_get_raw_public_key(get(), reinterpret_cast<unsigned char*>(x.data()), &size);
        jwk["kty"] = "OKP";
        jwk["crv"] = "Ed25519";
        jwk["x"] = encode_base64url(x);
    } else {
        const curve& on = curve_of(kind_);
        jwk["kty"] = "EC";
        jwk["crv"] = on.jwk_name;
        jwk["x"] = encode_base64url(number_of(get(), OSSL_PKEY_PARAM_EC_PUB_X, on.coordinate_bytes));
        jwk["y"] = encode_base64url(number_of(get(), OSSL_PKEY_PARAM_EC_PUB_Y, on.coordinate_bytes));
    }
    return jwk_thumbprint(jwk).value_or("");
}

std::optional<std::string> jwk_thumbprint(const json::object& jwk) {
    const auto type = oci::find_string(jwk, "kty");
    auto member = [&](const char* name) {
        const auto bytes = bytes_at(jwk, name);
        return bytes ? encode_base64url(*bytes) : "";
    };
    std::string text;
    if (type == "RSA") {
        text = canonical({{"e", member("e")}, {"kty", *type}, {"n", member("n")}});
    } else if (type == "EC" || type == "OKP") {
        const auto crv = oci::find_string(jwk, "crv");
        const bool known =
            crv == "Ed25519" || std::ranges::any_of(curves, [&](const curve& c) { return crv == c.jwk_name; });
        if (!known) return std::nullopt;
        if (type == "EC")
            text = canonical({{"crv", *crv}, {"kty", *type}, {"x", member("x")}, {"y", member("y")}});
        else
            text = canonical({{"crv", *crv}, {"kty", *type}, {"x", member("x")}});
    }
    const bool lacks_one = text.empty() || text.find(":\"\"") != std::string::npos;
    if (lacks_one) return std::nullopt;
    const sha256_bytes hash = sha256(text);
    return encode_base64url({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

}  // namespace berth::auth
