#include "s3/md5.hpp"

#include "base/base64.hpp"
#include "base/hash.hpp"

#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <stdexcept>

namespace berth::s3 {

namespace {

using md5_bytes = std::array<unsigned char, 16>;

md5_bytes md5(std::string_view data) {
    md5_bytes out{};
    unsigned int size = 0;
    if (EVP_Digest(data.data(), data.size(), out.data(), &size, EVP_md5(), nullptr) != 1)
        throw std::runtime_error{"OpenSSL cannot compute an MD5"};
    return out;
}

}  // namespace

std::string content_md5(std::string_view body) {
    const md5_bytes bytes = md5(body);
    return encode_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string part_etag(std::string_view body) {
    return '"' + to_hex(md5(body)) + '"';
}

std::string multipart_etag(std::span<const std::string> part_etags) {
    std::string all;
    for (const std::string& etag : part_etags) {
        std::string_view hex = etag;
        if (hex.size() >= 2 && hex.front() == '"' && hex.back() == '"') hex = hex.substr(1, hex.size() - 2);
        if (hex.size() != 32) return {};
        for (std::size_t i = 0; i < hex.size(); i += 2) {
            unsigned byte = 0;
            const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
            if (error != std::errc{} || end != hex.data() + i + 2) return {};
            all.push_back(static_cast<char>(byte));
        }
    }
    return to_hex(md5(all)) + '-' + std::to_string(part_etags.size());
}

}  // namespace berth::s3
