#pragma once

#include "base/hash.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::registry {

/// All that a node needs to go on with an upload that another one has worked on.
struct upload_state {
    std::uint64_t offset = 0;  ///< The bytes that are there, and that a client may count on.
    hasher hash;               ///< Of those.
    hash_function hashed_with;
    std::string saved{};  ///< The storage::writer's.

    std::string to_text() const;
    /// Nothing for any other text.
    static std::optional<upload_state> parse(std::string_view text);
};

/// Larger than any state: 10,000 parts with their ETags.
inline constexpr std::size_t max_upload_state_bytes = 2 * 1024 * 1024;

}  // namespace berth::registry
