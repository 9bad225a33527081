#pragma once

#include "base/time_format.hpp"

namespace berth::s3 {

/// When to ask for the successors of keys that were got at `got` and end at `ends`: five minutes before that, or up to
/// seven and a half, since a cluster's nodes have begun together; of short-lived keys, when half their life is over.
/// `random` is in [0, 1).
wall_time renewal_time(wall_time got, wall_time ends, double random);

/// How long a source is left alone after so many failures in a row (from 1): a second, doubling up to 16, of which the
/// half is random.
wall_time::duration pause_after_failure(unsigned failures, double random);

}  // namespace berth::s3
