#pragma once

#include "base/histogram.hpp"
#include "http/client.hpp"

namespace berth::s3 {

/// What has gone to S3 and come from there since the start, and how. Thread-safe.
struct traffic : http::client_traffic {
    counter throttled;                ///< Answers that want fewer requests: 503 SlowDown and the like.
    time_histogram range_first_byte;  ///< Of each range of a blob: from asking for it to its first byte,
    time_histogram range;             ///< and to its last one.
};

}  // namespace berth::s3
