#pragma once

#include "base/result.hpp"
#include "config/finding.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::config {

/// A piece of YAML: scalars keep their text as written, so a secret "0123" stays "0123" and "0x10" stays
/// "0x10".
struct node {
    enum class kind { null, scalar, list, map };

    kind type = kind::null;
    std::string key;             ///< Its name in the map around it; empty in a list.
    std::string text;            ///< Of a scalar, without quotes.
    bool quoted = false;         ///< The scalar stood in quotes.
    std::vector<node> children;  ///< Of a list or a map, in the order written. A key can be there twice.
    origin from;

    /// The child of that name, the last one where there are two; nullptr where there is none.
    const node* find(std::string_view name) const;
    node* find(std::string_view name) { return const_cast<node*>(std::as_const(*this).find(name)); }
    /// The child of that name is there, and something is in it.
    bool says(std::string_view name) const;
    /// The node at "storage.s3.bucket", nullptr where there is none.
    const node* find_path(std::string_view path) const;
    /// Nothing in it: null, an empty text, or only children of which the same is true.
    bool is_empty() const;
};

struct syntax_error {
    int line = 0;  ///< From 1; 0: unknown.
    std::string text;
};

/// Reads the first document of `yaml`. `variable` is what node::from::variable becomes. yaml-cpp's exceptions
/// end here.
result<node, syntax_error> parse_tree(std::string_view yaml, const std::string& variable);

}  // namespace berth::config
