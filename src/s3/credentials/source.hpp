#pragma once

#include "async/asio.hpp"
#include "s3/credentials/keys.hpp"

#include <string_view>

namespace berth::s3 {

/// Where keys are fetched from. Asked by one at a time, on whatever executor.
class credentials_source {
public:
    virtual ~credentials_source() = default;

    /// "web identity": for messages.
    virtual std::string_view name() const = 0;
    /// Keys that are good at this moment.
    virtual awaitable<keys_result> fetch() = 0;
};

}  // namespace berth::s3
