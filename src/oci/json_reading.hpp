#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace berth::oci {

/// Deeper than any manifest: what is accepted of a client.
inline constexpr std::size_t max_json_depth = 32;
/// Less than what a stack bears: what is read of bytes that registry:2 has stored.
inline constexpr std::size_t max_stored_json_depth = 1000;

/// Nothing for what is no JSON object, or nests deeper than `max_depth`.
std::optional<boost::json::object> parse_object(std::string_view bytes, std::size_t max_depth);

/// A string; "" for null, as Go programs read it; nothing for everything else.
std::optional<std::string> to_string(const boost::json::value& value);

/// The string at a key, "" where the key is missing or null, nothing where it holds something else.
std::optional<std::string> find_string(const boost::json::object& object, std::string_view key);

}  // namespace berth::oci
