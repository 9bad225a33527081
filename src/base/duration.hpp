#pragma once

#include "base/result.hpp"

#include <chrono>
#include <string_view>

namespace berth {

/// A duration as Go and so a registry:2 config write it: "10s", "1h30m", "1.5s", "250ms", "0", "-1s".
/// Units: ns, us (or µs), ms, s, m, h. A number without a unit is an error, except 0: Go says the same.
result<std::chrono::nanoseconds> parse_duration(std::string_view text);

}  // namespace berth
