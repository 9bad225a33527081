#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace berth::test {

/// The value of `series`, as in `berth_cache_entries` or `berth_blob_bytes_total{source="disk"}`, in Prometheus' text.
inline std::optional<double> metric(std::string_view text, std::string_view series) {
    const auto at = ("\n" + std::string{text}).find("\n" + std::string{series} + " ");
    if (at == std::string::npos) return std::nullopt;
    return std::strtod(std::string{text.substr(at + series.size())}.c_str(), nullptr);
}

}  // namespace berth::test
