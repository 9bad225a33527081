#include "auth/token/signature.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <iterator>

namespace berth::auth {

namespace {

using enum signature_algorithm;
using kind = public_key::kind;

bool is_pss(signature_algorithm algorithm) {
    return algorithm == ps256 || algorithm == ps384 || algorithm == ps512;
}

kind kind_for(signature_algorithm algorithm) {
    switch (algorithm) {
        case es256:
            return kind::p256;
        case es384:
            return kind::p384;
        case es512:
            return kind::p521;
        case eddsa:
            return kind::ed25519;
        default:
            return kind::rsa;
    }
}

const EVP_MD* hash_for(signature_algorithm algorithm) {
    switch (algorithm) {
        case rs256:
        case ps256:
        case es256:
            return EVP_sha256();
        case rs384:
        case ps384:
        case es384:
            return EVP_sha384();
        case rs512:
        case ps512:
        case es512:
            return EVP_sha512();
        case eddsa:
            return nullptr;  // has its own
    }
    return nullptr;
}

// OpenSSL wants the two numbers of an ECDSA signature in DER, a token has them one behind the other, each as long as
// one of the key's (RFC 7518, 3.4). Nothing where they are not so long.
std::optional<std::string> to_der(std::string_view signature, std::size_t number_bytes) {
    if (signature.size() != 2 * number_bytes) return std::nullopt;
    const auto* bytes = reinterpret_cast<const unsigned char*>(signature.data());
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> numbers{ECDSA_SIG_new(), ECDSA_SIG_free};
    const int size = static_cast<int>(number_bytes);
    BIGNUM* const r = BN_bin2bn(bytes, size, nullptr);
    BIGNUM* const s = BN_bin2bn(bytes + number_bytes, size, nullptr);
    ECDSA_SIG_set0(numbers.get(), r, s);
    std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(numbers.get(), nullptr)), '\0');
    auto* to = reinterpret_cast<unsigned char*>(der.data());
    i2d_ECDSA_SIG(numbers.get(), &to);
    return der;
}

bool verify(EVP_PKEY* key, signature_algorithm algorithm, std::string_view text, std::string_view signature) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    EVP_PKEY_CTX* of_key = nullptr;  // the context's
    if (EVP_DigestVerifyInit(context.get(), &of_key, hash_for(algorithm), nullptr, key) != 1) return false;
    if (is_pss(algorithm) && (EVP_PKEY_CTX_set_rsa_padding(of_key, RSA_PKCS1_PSS_PADDING) != 1 ||
                              EVP_PKEY_CTX_set_rsa_pss_saltlen(of_key, RSA_PSS_SALTLEN_DIGEST) != 1))
        return false;
    return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

}  // namespace

std::optional<signature_algorithm> find_signature_algorithm(std::string_view name) {
    const auto found = std::ranges::find(signature_algorithm_names, name);
    if (found == std::end(signature_algorithm_names)) return std::nullopt;
    return static_cast<signature_algorithm>(found - std::begin(signature_algorithm_names));
}

bool is_signed_by(const public_key& key, signature_algorithm algorithm, std::string_view text,
                  std::string_view signature) {
    if (key.what() != kind_for(algorithm)) return false;
    bool good = false;
    if (hash_for(algorithm) == nullptr || key.what() == kind::rsa) {
        good = verify(key.get(), algorithm, text, signature);
    } else {
        const std::size_t number_bytes = (static_cast<std::size_t>(EVP_PKEY_get_bits(key.get())) + 7) / 8;
        const auto der = to_der(signature, number_bytes);
        good = der && verify(key.get(), algorithm, text, *der);
    }
    ERR_clear_error();
    return good;
}

}  // namespace berth::auth
