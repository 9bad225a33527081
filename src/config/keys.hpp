#pragma once

#include "config/configuration.hpp"
#include "config/reader.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace berth::config {

/// What a key is called and how it is written.
struct key_name {
    enum class kind {
        single,          ///< One value; nothing may stand below it.
        secret,          ///< The same, never shown; an environment variable's text is taken as it stands.
        subtree,         ///< It and all below it: a map with free names, a list, or a part that is not read key by key.
        secret_subtree,  ///< The same, never shown.
    };

    std::string_view path;  ///< "storage.s3.bucket"; of one in a list's maps the name alone, "interval".
    kind is;
    /// What leaving it out means, as one would write it: "10s". Empty where that cannot be written.
    std::string_view fallback;
};

/// One key that a config.yml may hold, and what becomes of its value.
struct key : key_name {
    /// Puts the value into its place, or reports why it cannot. Called where the key is written, even with a
    /// null.
    void (*read)(const value&, configuration&);
    /// Of a list of maps: the keys of each; elements.hpp makes it. Null for all others.
    std::vector<key_name> (*elements)() = nullptr;
};

/// Every key of registry:2 and of this program, in the order in which they are read: where two say the same,
/// the later one wins.
std::span<const key> all_keys();

/// The key of exactly that path, nullptr where there is none.
const key* find_key(std::string_view path);

/// True where keys lie below `path`, as they do below "storage.s3".
bool is_group(std::string_view path);

}  // namespace berth::config
