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

result<hash_function> parse_algorithm(std::string_view text) {
    for (const hash_function known : {hash_function::sha256, hash_function::sha512})
        if (text == name_of(known)) return known;
    return make_error_code(boost::system::errc::invalid_argument);
}

std::string_view name_of(hash_function algorithm) {
    return algorithm == hash_function::sha512 ? "sha512" : "sha256";
}

result<digest> digest::parse(std::string_view text) {
    const std::size_t colon = text.find(':');
    const auto algorithm = parse_algorithm(text.substr(0, colon));
    if (!algorithm || colon == std::string_view::npos) return make_error_code(boost::system::errc::invalid_argument);
    const std::string_view hex = text.substr(colon + 1);
    if (!is_well_formed(*algorithm, hex)) return make_error_code(boost::system::errc::invalid_argument);
    return digest{*algorithm, std::string{hex}};
}

digest digest::of(std::string_view content, hash_function algorithm) {
    hasher hash{algorithm};
    hash.update(content);
    return digest{algorithm, hash.finish_hex()};
}

digest digest::from_hex(hash_function algorithm, std::string hex) {
    assert(is_well_formed(algorithm, hex));
    return digest{algorithm, std::move(hex)};
}

std::string digest::str() const {
    return std::string{algorithm_name()} + ":" + hex_;
}

}  // namespace berth::oci
