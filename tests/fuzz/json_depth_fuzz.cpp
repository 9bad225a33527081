// Deep and wide JSON from a small input: each line is a number, a blank and a text that is repeated that often; a line
// without a number stands for itself. Time is limited from outside, by libFuzzer's -timeout and ctest's TIMEOUT.
#include "fuzz/fuzz.hpp"
#include "fuzz/json_facts.hpp"
#include "oci/duplicate_key.hpp"
#include "oci/manifest.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace berth {

namespace {

using fuzz::require;

constexpr std::size_t max_depth = 32;
constexpr std::size_t max_bytes = 256 * 1024;  // more would make for too few inputs in a second
constexpr std::array<std::string_view, 2> names = {"digest", "layers"};

std::string expanded(std::string_view recipe) {
    std::string json;
    while (!recipe.empty()) {
        std::string_view text = fuzz::take_line(recipe);
        std::size_t times = 1;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), times);
        if (error == std::errc{} && end != text.data() + text.size() && *end == ' ') {
            text.remove_prefix(static_cast<std::size_t>(end + 1 - text.data()));
        } else {
            times = 1;
        }
        if (!text.empty()) times = std::min(times, (max_bytes - json.size()) / text.size());
        for (; times > 0 && !text.empty(); --times) json += text;
    }
    return json;
}

bool is_json(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = max_depth;
    boost::system::error_code failure;
    boost::json::parse(text, failure, {}, options);
    return !failure;
}

}  // namespace

}  // namespace berth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace berth;
    const std::string json = expanded(fuzz::text_of(bytes, size));
    const fuzz::json_facts facts = fuzz::facts_of(json);
    const bool readable = is_json(json);

    const auto read = oci::parse_manifest(json, "");
    require(!read || facts.depth <= max_depth, "what nests deeper than the limit is refused");
    require(!read || readable, "what is no JSON is refused");
    require(read || !read.error().message.empty(), "a refusal says why");

    const bool has_duplicate = std::ranges::any_of(
        names, [&](std::string_view name) { return facts.duplicate_keys.contains(std::string{name}); });
    require(oci::has_duplicate_key(json, names, max_depth) == (readable && has_duplicate),
            "a duplicate key is seen in JSON of any shape, and only there");
    return 0;
}
