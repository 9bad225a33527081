#include "oci/names.hpp"

#include <algorithm>

namespace berth::oci {

namespace {

constexpr std::size_t max_name_characters = 255;
constexpr std::size_t max_tag_characters = 128;

bool is_lower_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_tag_start(char c) {
    return is_lower_alphanumeric(c) || (c >= 'A' && c <= 'Z') || c == '_';
}

// What may stand between two runs of letters and digits: ".", "_", "__" or hyphens.
bool is_separator(std::string_view text) {
    return text == "." || text == "_" || text == "__" || text.find_first_not_of('-') == std::string_view::npos;
}

bool is_name_component(std::string_view text) {
    if (text.empty() || !is_lower_alphanumeric(text.front()) || !is_lower_alphanumeric(text.back())) return false;
    while (!text.empty()) {
        const auto word_end = std::ranges::find_if_not(text, is_lower_alphanumeric);
        text.remove_prefix(static_cast<std::size_t>(word_end - text.begin()));
        const auto next_word = std::ranges::find_if(text, is_lower_alphanumeric);
        const auto length = static_cast<std::size_t>(next_word - text.begin());
        if (!is_separator(text.substr(0, length))) return false;
        text.remove_prefix(length);
    }
    return true;
}

bool is_name(std::string_view text) {
    if (text.size() > max_name_characters) return false;
    for (std::size_t slash = text.find('/'); slash != std::string_view::npos; slash = text.find('/')) {
        if (!is_name_component(text.substr(0, slash))) return false;
        text.remove_prefix(slash + 1);
    }
    return is_name_component(text);
}

bool is_tag(std::string_view text) {
    return !text.empty() && text.size() <= max_tag_characters && is_tag_start(text.front()) &&
           std::ranges::all_of(text, [](char c) { return is_tag_start(c) || c == '.' || c == '-'; });
}

}  // namespace

result<repository_name> repository_name::parse(std::string_view text) {
    if (!is_name(text)) return make_error_code(boost::system::errc::invalid_argument);
    return repository_name{std::string{text}};
}

result<tag> tag::parse(std::string_view text) {
    if (!is_tag(text)) return make_error_code(boost::system::errc::invalid_argument);
    return tag{std::string{text}};
}

}  // namespace berth::oci
