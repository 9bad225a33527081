#pragma once

#include "config/keys.hpp"
#include "config/reader.hpp"
#include "config/tree.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace berth::config {

/// Reports every key of the tree that has no effect because all_keys() lacks it, with the key that was
/// probably meant; every key that is written twice; and everything that stands where keys should.
void check_keys(const node& root, report& report);

/// The same for one map of a list, whose keys are `names`; what lies below those is their readers' business.
void check_element(const value& element, std::span<const key_name> names);

/// The key that somebody who wrote `path` probably meant: one of the same group whose name is near, or else
/// the only one anywhere with that name ("bucket" at the wrong depth).
std::optional<std::string> nearest_key(std::string_view path);

}  // namespace berth::config
