#include "fuzz/json_facts.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <vector>

namespace berth::fuzz {

namespace {

constexpr std::string_view blanks = " \t\r\n";

// The string that begins at `start`, with its quotes.
std::string_view string_at(std::string_view json, std::size_t start) {
    std::size_t end = start + 1;
    while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
    return json.substr(start, end + 1 - start);
}

std::string unescaped(std::string_view quoted) {
    boost::system::error_code failure;
    const auto value = boost::json::parse(quoted, failure);
    return !failure && value.is_string() ? std::string{std::string_view{value.get_string()}} : std::string{quoted};
}

bool is_key(std::string_view json, std::size_t after) {
    const std::size_t next = json.find_first_not_of(blanks, after);
    return next != std::string_view::npos && json[next] == ':';
}

}  // namespace

json_facts facts_of(std::string_view json) {
    json_facts facts;
    std::vector<std::set<std::string>> open;  // the keys so far of each open object; an array has none
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (c == '{' || c == '[') {
            open.emplace_back();
            facts.depth = std::max(facts.depth, open.size());
        } else if ((c == '}' || c == ']') && !open.empty()) {
            open.pop_back();
        } else if (c == '"') {
            const std::string_view string = string_at(json, i);
            i += string.size() - 1;
            if (open.empty() || !is_key(json, i + 1)) continue;
            std::string key = unescaped(string);
            if (!open.back().insert(key).second) facts.duplicate_keys.insert(std::move(key));
        }
    }
    return facts;
}

}  // namespace berth::fuzz
