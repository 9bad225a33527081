// The input's first line is a Range or Content-Range header, its second a body's size in bytes (100 if it is no
// number).
#include "api/range.hpp"
#include "fuzz/fuzz.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <charconv>
#include <limits>
#include <string>

namespace berth {

namespace {

using fuzz::require;
using kind = api::range_choice::kind;

constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

std::uint64_t number_or(std::string_view text, std::uint64_t otherwise) {
    std::uint64_t number = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// Whether no byte of the body is asked for by a header that is known to be a range.
bool asks_for_nothing(std::string_view header, std::uint64_t body_bytes) {
    header.remove_prefix(std::string_view{"bytes="}.size());
    if (header.starts_with('-')) return body_bytes == 0 || number_or(header.substr(1), 1) == 0;
    const std::uint64_t first = number_or(header, 0);
    return first >= body_bytes || number_or(header.substr(header.find('-') + 1), largest) < first;
}

void check_choice(std::string_view header, std::uint64_t body_bytes) {
    const api::range_choice choice = api::choose_range(header, body_bytes);
    const bool is_range = choice.what != kind::whole;
    require(is_range == (api::choose_range(header, largest).what != kind::whole),
            "whether a header is a range does not depend on the body");
    if (!is_range) return;
    require(boost::istarts_with(header, "bytes="), "the only unit is bytes");
    require((choice.what == kind::unsatisfiable) == asks_for_nothing(header, body_bytes),
            "a range is unsatisfiable when it asks for no byte of the body, and only then");
    if (choice.what == kind::unsatisfiable) return;

    const api::byte_window part = choice.part;
    require(part.size_bytes != 0, "a part is never empty");
    require(part.offset < body_bytes && part.size_bytes <= body_bytes - part.offset, "a part lies inside the body");
    const std::string from = "bytes=" + std::to_string(part.offset) + "-";
    const std::string exact = from + std::to_string(part.offset + (part.size_bytes - 1));
    require(api::choose_range(exact, body_bytes).part == part, "a part asked for by its bounds is that part");
    if (part.offset + part.size_bytes == body_bytes)
        require(api::choose_range(from, body_bytes).part == part, "the rest of a body needs no last byte");
}

void check_chunk(std::string_view header) {
    const auto window = api::parse_content_range(header);
    if (!window) return;
    require(window->size_bytes != 0, "a chunk is never empty");
    require(window->size_bytes - 1 <= largest - window->offset, "a chunk's last byte has a number");
    const std::string bounds =
        std::to_string(window->offset) + "-" + std::to_string(window->offset + (window->size_bytes - 1));
    for (const std::string& form : {bounds, "bytes " + bounds + "/*", "bytes " + bounds + "/5"})
        require(api::parse_content_range(form) == window, "a chunk reads as it was written");
}

}  // namespace

}  // namespace berth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace berth;
    std::string_view rest = fuzz::text_of(bytes, size);
    const std::string_view header = fuzz::take_line(rest);
    for (const std::uint64_t body_bytes : {number_or(rest, 100), std::uint64_t{0}, std::uint64_t{1}, largest})
        check_choice(header, body_bytes);
    check_chunk(header);
    return 0;
}
