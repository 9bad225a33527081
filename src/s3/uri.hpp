#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::s3 {

/// Names with values, not encoded: the parameters of a query, or headers with lower-case names.
using name_values = std::vector<std::pair<std::string, std::string>>;

/// Percent-encodes all but A-Z a-z 0-9 - . _ ~ as SigV4 wants it, upper-case hex. A blank becomes %20.
std::string encode_component(std::string_view text);
/// The same, but `/` stays: for keys. Nothing is normalised: `//` and `..` go as they are.
std::string encode_path(std::string_view text);

/// Without those at its ends: a folder as it stands in keys.
std::string without_slashes(std::string_view folder);

/// "a=1&b=": encoded, sorted by encoded name and then value. What is signed is what is sent.
std::string canonical_query(const name_values& parameters);

}  // namespace berth::s3
