#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace berth::oci {

/// True where some object in `json` holds one of `names` (at most 32) twice: readers differ in which of the
/// two they believe, so one manifest could mean one thing to a scanner and another to a runtime. False for
/// what is not JSON or nests deeper than `max_depth`.
bool has_duplicate_key(std::string_view json, std::span<const std::string_view> names, std::size_t max_depth);

}  // namespace berth::oci
