#include "config/reader.hpp"

#include "base/duration.hpp"

#include <boost/algorithm/string/case_conv.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace berth::config {

namespace {

// YAML 1.1's words for a bool, and those that Go reads from a quoted one.
constexpr std::array<std::string_view, 6> words_for_true = {"true", "yes", "on", "y", "t", "1"};
constexpr std::array<std::string_view, 6> words_for_false = {"false", "no", "off", "n", "f", "0"};

std::optional<std::int64_t> parse_whole_number(std::string_view text) {
    const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    if (hexadecimal) text.remove_prefix(2);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, hexadecimal ? 16 : 10);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// "100GiB"
std::optional<std::uint64_t> parse_size(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    std::string unit = boost::to_lower_copy(std::string{end, text.data() + text.size()});
    if (unit.ends_with('b')) unit.pop_back();
    if (unit.ends_with('i')) unit.pop_back();
    constexpr std::string_view units = "kmgt";
    const std::size_t power = unit.empty() ? 0 : units.find(unit) + 1;
    if (unit.size() > 1 || (!unit.empty() && power == 0)) return std::nullopt;
    const std::size_t shift = 10 * power;
    if (number > std::uint64_t{std::numeric_limits<std::int64_t>::max()} >> shift) return std::nullopt;
    return number << shift;
}

bool contains(std::span<const std::string_view> words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

}  // namespace

const std::string* value::scalar(std::string_view instead) const {
    if (node_.type == node::kind::scalar) return &node_.text;
    if (node_.type != node::kind::null) refuse("a list or a map cannot stand here; write " + std::string{instead});
    return nullptr;
}

std::optional<std::string> value::lower_case_word() const {
    const std::string* text = scalar("one word");
    if (!text) return std::nullopt;
    return boost::to_lower_copy(*text);
}

void value::read(std::string& out) const {
    if (const std::string* text = scalar("a text")) out = *text;
}

void value::read(bool& out) const {
    const std::optional<std::string> word = lower_case_word();
    if (!word) return;
    if (contains(words_for_true, *word)) {
        out = true;
    } else if (contains(words_for_false, *word)) {
        out = false;
    } else {
        refuse("neither true nor false; write one of them");
    }
}

void value::read(std::uint64_t& out, const limits& limits) const {
    const std::string* text = scalar("a whole number");
    if (!text) return;
    const std::optional<std::int64_t> number = parse_whole_number(*text);
    if (!number) return refuse("not a whole number; write one such as " + std::to_string(out));
    if (*number < 0 || static_cast<std::uint64_t>(*number) < limits.min) {
        return refuse(std::to_string(*number) + " is below " + std::string{limits.min_name} + "; write " +
                      std::to_string(limits.min) + " or more");
    }
    if (static_cast<std::uint64_t>(*number) > limits.max)
        return refuse(std::to_string(*number) + " is too much; write " + std::to_string(limits.max) + " or less");
    out = static_cast<std::uint64_t>(*number);
}

void value::read_size(std::uint64_t& out, std::uint64_t min) const {
    const std::string* text = scalar("a size such as 100GiB");
    if (!text) return;
    const auto size = parse_size(*text);
    if (!size) return refuse("not a size; write a number and its unit, for example 100GiB");
    if (*size < min) return refuse("too small; write at least " + std::to_string(min) + " bytes, for example 100GiB");
    out = *size;
}

void value::read(std::chrono::nanoseconds& out, std::chrono::nanoseconds min) const {
    const std::string* text = scalar("a duration such as 10s");
    if (!text) return;
    const auto duration = parse_duration(*text);
    if (!duration) return refuse("not a duration; write a number and its unit, for example 10s or 1h30m");
    if (*duration < min) return refuse("too short a duration; write a longer one, for example 10s");
    out = *duration;
}

void value::read(std::vector<std::string>& out) const {
    if (node_.type == node::kind::null) return;
    const auto is_text = [](const node& item) { return item.type == node::kind::scalar; };
    if (node_.type != node::kind::list || !std::ranges::all_of(node_.children, is_text))
        return refuse("not a list of texts; write [text, text]");
    out.clear();
    for (const node& item : node_.children) out.push_back(item.text);
}

void value::read(std::vector<std::pair<std::string, std::string>>& out) const {
    if (node_.type == node::kind::null) return;
    if (node_.type != node::kind::map) return refuse("not a map; write lines of the form name: text");
    out.clear();
    for (const node& child : node_.children) {
        if (child.type == node::kind::list || child.type == node::kind::map)
            return refuse("one of its values is not a text; write lines of the form name: text");
        out.emplace_back(child.key, child.text);
    }
}

void value::read(std::vector<std::pair<std::string, std::vector<std::string>>>& out) const {
    if (node_.type == node::kind::null) return;
    if (node_.type != node::kind::map) return refuse("not a map; write lines of the form Name: [text]");
    out.clear();
    for (const node& child : node_.children) {
        std::vector<std::string> texts;
        for (const node& item : child.children) texts.push_back(item.text);
        const bool all_texts =
            std::ranges::all_of(child.children, [](const node& item) { return item.type == node::kind::scalar; });
        if (child.type != node::kind::list || !all_texts)
            return refuse("one of its values is not a list of texts; write lines of the form Name: [text]");
        out.emplace_back(child.key, std::move(texts));
    }
}

std::optional<std::vector<value>> value::elements() const {
    std::vector<value> all;
    if (node_.type == node::kind::null) return all;
    const auto is_map = [](const node& item) { return item.type == node::kind::map; };
    if (node_.type != node::kind::list || !std::ranges::all_of(node_.children, is_map)) {
        refuse("not a list of maps; write lines of the form - name: value");
        return std::nullopt;
    }
    for (const node& item : node_.children)
        all.emplace_back(item, path_ + "[" + std::to_string(all.size()) + "]", report_);
    return all;
}

std::optional<value> value::below(std::string_view name) const {
    const node* found = node_.find(name);
    if (!found) return std::nullopt;
    return value{*found, path_ + "." + std::string{name}, report_};
}

void value::read_shape(std::string& out, bool (*is_right)(std::string_view), std::string_view instead) const {
    const std::string* text = scalar(instead);
    if (!text || text->empty()) return;
    if (!is_right(*text)) return refuse("cannot be used; write " + std::string{instead});
    out = *text;
}

}  // namespace berth::config
