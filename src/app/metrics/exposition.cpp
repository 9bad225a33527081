#include "app/metrics/exposition.hpp"

#include <array>
#include <charconv>

namespace berth::app {

namespace {

std::string to_text(double number) {
    std::array<char, 512> digits;  // what the largest takes
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed).ptr;
    return {digits.data(), end};
}

void append_escaped(std::string& to, std::string_view text) {
    for (const char c : text) {
        if (c == '\\' || c == '"') to += '\\';
        if (c == '\n') {
            to += "\\n";
        } else {
            to += c;
        }
    }
}

// As Go writes it, and with it registry:2: dashboards may look for le="1.048576e+06".
std::string bound_text(double bound) {
    std::array<char, 64> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), bound, std::chars_format::general).ptr;
    return {digits.data(), end};
}

}  // namespace

void exposition::begin(std::string_view name, std::string_view type, std::string_view help) {
    family_ = name;
    text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
    text_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

// `bound`: the longest time of a bucket; empty: it is none.
void exposition::line(std::string_view suffix, labels labels, std::string_view bound, std::string_view value) {
    text_.append(family_).append(suffix);
    char before = '{';
    const auto add = [&](std::string_view name, std::string_view text) {
        text_.append(1, before).append(name).append("=\"");
        append_escaped(text_, text);
        text_ += '"';
        before = ',';
    };
    for (const auto& [name, text] : labels) add(name, text);
    if (!bound.empty()) add("le", bound);
    if (before == ',') text_ += '}';
    text_.append(" ").append(value).append("\n");
}

void exposition::sample(labels labels, std::uint64_t value) {
    line({}, labels, {}, std::to_string(value));
}

void exposition::sample(labels labels, double value) {
    line({}, labels, {}, to_text(value));
}

void exposition::sample_buckets(labels labels, std::span<const double> bounds, std::span<const std::uint64_t> in_bucket,
                                double total) {
    std::uint64_t up_to = 0;
    for (std::size_t bucket = 0; bucket < in_bucket.size(); ++bucket) {
        up_to += in_bucket[bucket];
        line("_bucket", labels, bucket == bounds.size() ? "+Inf" : bound_text(bounds[bucket]), std::to_string(up_to));
    }
    line("_sum", labels, {}, to_text(total));
    line("_count", labels, {}, std::to_string(up_to));  // not counted anew: it belongs to the buckets above
}

}  // namespace berth::app
