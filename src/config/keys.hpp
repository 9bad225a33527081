#pragma once

#include "config/configuration.hpp"
#include "config/reader.hpp"

#include <span>
#include <string_view>

namespace berth::config {

/// One key that a config.yml may hold, and what becomes of its value.
struct key {
    enum class kind {
        single,   ///< One value; nothing may stand below it.
        secret,   ///< The same, and an environment variable's text is taken as it stands.
        subtree,  ///< It and all below it: a map with free names, or a part that is not read key by key.
    };

    std::string_view path;  ///< "storage.s3.bucket"
    kind is;
    /// Puts the value into its place, or reports why it cannot. Called where the key is written, even with a
    /// null.
    void (*read)(const value&, configuration&);
};

/// Every key of registry:2 and of this program, in the order in which they are read: where two say the same,
/// the later one wins.
std::span<const key> all_keys();

/// The key of exactly that path, nullptr where there is none.
const key* find_key(std::string_view path);

/// True where keys lie below `path`, as they do below "storage.s3".
bool is_group(std::string_view path);

}  // namespace berth::config
