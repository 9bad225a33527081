#include "oci/digest.hpp"

#include <algorithm>
#include <cassert>

namespace berth::oci {

namespace {

std::size_t hex_length(hash_function algorithm) {
    return algorithm == hash_function::sha512 ? 128 : 64;
}

bool is_lower_hex(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_well_formed(hash_function algorithm, std::string_view hex) {
    return hex.size() == hex_length(algorithm) && is_lower_hex(hex);
}

}  // namespace

result<digest> digest::parse(std::string_view text) {
    for (const hash_function algorithm : {hash_function::sha256, hash_function::sha512}) {
        const std::string_view prefix = algorithm == hash_function::sha512 ? "sha512:" : "sha256:";
        if (!text.starts_with(prefix)) continue;
        const std::string_view hex = text.substr(prefix.size());
        if (is_well_formed(algorithm, hex)) return digest{algorithm, std::string{hex}};
    }
    return make_error_code(boost::system::errc::invalid_argument);
}

digest digest::of(std::string_view content) {
    return from_hex(hash_function::sha256, sha256_hex(content));
}

digest digest::from_hex(hash_function algorithm, std::string hex) {
    assert(is_well_formed(algorithm, hex));
    return digest{algorithm, std::move(hex)};
}

std::string_view digest::algorithm_name() const {
    return algorithm_ == hash_function::sha512 ? "sha512" : "sha256";
}

std::string digest::str() const {
    return std::string{algorithm_name()} + ":" + hex_;
}

}  // namespace berth::oci
