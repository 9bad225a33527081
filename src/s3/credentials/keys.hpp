#pragma once

#include "base/result.hpp"
#include "base/time_format.hpp"
#include "s3/sigv4.hpp"

#include <memory>
#include <optional>
#include <string>

namespace berth::s3 {

/// Keys as a source gave them. Never changed, so that a request under way keeps those it was signed with.
struct key_set {
    credentials keys;
    std::optional<wall_time> ends{};  ///< By this machine's clock. Nothing: they last.
};

using shared_keys = std::shared_ptr<const key_set>;

/// Why there are no keys: one line for the operator, without secrets.
struct no_keys {
    std::string text;
};

using keys_result = result<shared_keys, no_keys>;

}  // namespace berth::s3
