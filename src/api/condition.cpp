#include "api/condition.hpp"

#include <algorithm>

namespace berth::api {

using http::field;
using http::status;

namespace {

// Whether a list of entity tags holds this one: `"sha256:...", "other"`, or "*", which is any. One that is only weakly
// the same (`W/"..."`) is enough for If-None-Match.
bool names(std::string_view list, std::string_view digest, bool weakly) {
    while (!list.empty()) {
        std::string_view tag = list.substr(0, list.find(','));
        list.remove_prefix(std::min(tag.size() + 1, list.size()));
        while (tag.starts_with(' ') || tag.starts_with('\t')) tag.remove_prefix(1);
        while (tag.ends_with(' ') || tag.ends_with('\t')) tag.remove_suffix(1);
        if (tag == "*") return true;
        if (weakly && tag.starts_with("W/")) tag.remove_prefix(2);
        if (tag.size() >= 2 && tag.starts_with('"') && tag.ends_with('"')) tag = tag.substr(1, tag.size() - 2);
        if (tag == digest) return true;
    }
    return false;
}

}  // namespace

std::optional<status> failed_condition(const http::fields& headers, std::string_view digest) {
    const auto [first, last] = headers.equal_range(field::if_match);
    const auto names_it = [&](const auto& line) { return names(line.value(), digest, false); };
    if (first != last && std::none_of(first, last, names_it)) return status::precondition_failed;

    const auto [known, end] = headers.equal_range(field::if_none_match);
    const auto names_it_weakly = [&](const auto& line) { return names(line.value(), digest, true); };
    if (std::any_of(known, end, names_it_weakly)) return status::not_modified;
    return std::nullopt;
}

}  // namespace berth::api
