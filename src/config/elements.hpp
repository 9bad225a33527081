#pragma once

#include "config/keys.hpp"
#include "config/reader.hpp"
#include "config/unknown_keys.hpp"

#include <span>
#include <vector>

namespace berth::config {

/// One key of the maps that stand in a list, such as `health.file`; T is what one of the maps becomes.
template <class T>
struct element_key : key_name {
    void (*read)(const value&, T&);
};

/// What `key::elements` of such a list is: the names in `table`.
template <const auto& table>
std::vector<key_name> names_of() {
    return {std::begin(table), std::end(table)};
}

/// Reads a list of maps into `out`, one T each; what is no such list is reported, and so is every key that `table`
/// lacks. Null leaves `out` alone.
template <class T>
void read_elements(const value& list, std::vector<T>& out, std::span<const element_key<T>> table) {
    const std::vector<key_name> names{table.begin(), table.end()};
    const auto elements = list.elements();
    if (!elements) return;
    out.clear();
    for (const value& element : *elements) {
        T& made = out.emplace_back();
        check_element(element, names);
        for (const element_key<T>& known : table)
            if (const auto given = element.below(known.path)) known.read(*given, made);
    }
}

}  // namespace berth::config
