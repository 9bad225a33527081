#include "base/base64.hpp"
#include "s3/uri.hpp"
#include "storage/linked/links.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <stdexcept>

namespace berth::storage {

namespace {

using private_key = std::shared_ptr<EVP_PKEY>;

private_key read_rsa_key(const std::string& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bytes{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                          BIO_free};
    // Nobody can be asked for a passphrase.
    const auto no_passphrase = [](char*, int, int, void*) { return 0; };
    private_key key{PEM_read_bio_PrivateKey(bytes.get(), nullptr, no_passphrase, nullptr), EVP_PKEY_free};
    if (!key || !EVP_PKEY_is_a(key.get(), "RSA"))
        throw std::invalid_argument{"holds no RSA key in PEM without a passphrase"};
    return key;
}

// With SHA-1: CloudFront takes nothing else.
std::string sign(const private_key& key, const std::string& text) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key.get())), '\0');
    std::size_t size = signature.size();
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha1(), nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size()) !=
            1)
        throw error{"a link to CloudFront could not be signed: OpenSSL refuses SHA-1 with this key"};
    signature.resize(size);
    return signature;
}

// Base64 in CloudFront's own alphabet.
std::string encoded(const std::string& bytes) {
    std::string text = encode_base64(bytes);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '=', '_');
    std::ranges::replace(text, '/', '~');
    return text;
}

}  // namespace

// Source: CloudFront's developer guide, "Create a signed URL using a canned policy".
link_maker cloudfront_links(const cloudfront_options& options) {
    std::string base = options.base_url;
    while (base.ends_with('/')) base.pop_back();
    base += '/' + s3::encode_path(options.key_prefix);
    return [base, key = read_rsa_key(options.private_key), id = options.key_pair_id, duration = options.duration,
            clock = options.clock](driver&, const path& file, std::chrono::seconds) {
        const std::string url = base + s3::encode_path(file.substr(1));
        const auto ends = std::chrono::floor<std::chrono::seconds>((clock() + duration).time_since_epoch()).count();
        const std::string policy = R"({"Statement":[{"Resource":")" + url +
                                   R"(","Condition":{"DateLessThan":{"AWS:EpochTime":)" + std::to_string(ends) +
                                   "}}}]}";
        return std::optional{url + "?Expires=" + std::to_string(ends) + "&Signature=" + encoded(sign(key, policy)) +
                             "&Key-Pair-Id=" + id};
    };
}

}  // namespace berth::storage
