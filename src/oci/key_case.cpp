#include "oci/key_case.hpp"

#include <algorithm>
#include <string>

namespace berth::oci {

namespace {

// As Go's encoding/json compares keys: ASCII letters without case, and the two other characters that Unicode folds to
// one of them.
std::string folded(std::string_view text) {
    constexpr std::string_view long_s = "\u017f", kelvin_sign = "\u212a";
    std::string plain;
    while (!text.empty()) {
        std::size_t read = 1;
        char c = text.front();
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (text.starts_with(long_s)) {
            c = 's';
            read = long_s.size();
        } else if (text.starts_with(kelvin_sign)) {
            c = 'k';
            read = kelvin_sign.size();
        }
        plain += c;
        text.remove_prefix(read);
    }
    return plain;
}

}  // namespace

bool has_key_in_other_case(const boost::json::object& object, std::span<const std::string_view> names) {
    return std::ranges::any_of(object, [&](const auto& entry) {
        const std::string_view key = entry.key();
        if (std::ranges::find(names, key) != names.end()) return false;
        const std::string plain = folded(key);
        return std::ranges::any_of(names, [&](std::string_view name) { return folded(name) == plain; });
    });
}

}  // namespace berth::oci
