#include "oci/duplicate_key.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <string>
#include <vector>

namespace berth::oci {

namespace {

using boost::json::error_code;
using boost::json::string_view;

// Boost.JSON's own object keeps the last of two equal keys without a word, hence this handler of parse
// events.
struct handler {
    static constexpr std::size_t max_object_size = ~std::size_t{0};
    static constexpr std::size_t max_array_size = ~std::size_t{0};
    static constexpr std::size_t max_key_size = ~std::size_t{0};
    static constexpr std::size_t max_string_size = ~std::size_t{0};

    std::span<const std::string_view> names;
    std::vector<std::uint32_t> seen;  // For each open object, a bit for each of `names`.
    std::string key;
    bool found = false;

    bool on_object_begin(error_code&) {
        seen.push_back(0);
        return true;
    }
    bool on_object_end(std::size_t, error_code&) {
        seen.pop_back();
        return true;
    }
    bool on_key_part(string_view part, std::size_t, error_code&) {
        key.append(part.data(), part.size());
        return true;
    }
    bool on_key(string_view rest, std::size_t, error_code&) {
        key.append(rest.data(), rest.size());
        const auto at = std::ranges::find(names, key);
        if (at != names.end()) {
            const std::uint32_t bit = 1U << (at - names.begin());
            if (seen.back() & bit) found = true;
            seen.back() |= bit;
        }
        key.clear();
        return true;
    }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t, error_code&) { return true; }
    bool on_string_part(string_view, std::size_t, error_code&) { return true; }
    bool on_string(string_view, std::size_t, error_code&) { return true; }
    bool on_number_part(string_view, error_code&) { return true; }
    bool on_int64(std::int64_t, string_view, error_code&) { return true; }
    bool on_uint64(std::uint64_t, string_view, error_code&) { return true; }
    bool on_double(double, string_view, error_code&) { return true; }
    bool on_bool(bool, error_code&) { return true; }
    bool on_null(error_code&) { return true; }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }
};

}  // namespace

bool has_duplicate_key(std::string_view json, std::span<const std::string_view> names, std::size_t max_depth) {
    assert(names.size() <= 32);
    boost::json::parse_options options;
    options.max_depth = max_depth;
    boost::json::basic_parser<handler> parser{options};
    parser.handler().names = names;
    error_code failure;
    const std::size_t read = parser.write_some(false, json.data(), json.size(), failure);
    return !failure && read == json.size() && parser.handler().found;
}

}  // namespace berth::oci
