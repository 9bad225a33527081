#pragma once

#include <string>
#include <string_view>

namespace berth::auth::bcrypt {

/// "$2y$10$..." and the rest of it, of the variants 2a, 2b and 2y, as `htpasswd -B` writes.
bool is_hash(std::string_view text);

/// Whether `password` has that hash (is_hash() is true of it). Computes for as long as the hash's cost says: some 50 ms
/// for cost 10, twice as long for each one more. Whether the answer is true does not change that. Thread-safe.
bool matches(const std::string& password, const std::string& hash);

/// A hash of the same cost as `like`, which nobody knows a password for: so that who is unknown takes as long.
std::string unknown_hash(std::string_view like);

}  // namespace berth::auth::bcrypt
