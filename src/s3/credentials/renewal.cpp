#include "s3/credentials/renewal.hpp"

#include <algorithm>

namespace berth::s3 {

using std::chrono::duration_cast;
using std::chrono::minutes;
using std::chrono::seconds;

wall_time renewal_time(wall_time got, wall_time ends, double random) {
    const auto ahead = duration_cast<wall_time::duration>(minutes{5} * (1 + random / 2));
    // A source may give the same keys again until their end is near: it is not asked all the time for that.
    constexpr seconds least{10};
    return std::max({ends - ahead, got + (ends - got) / 2, got + least});
}

wall_time::duration pause_after_failure(unsigned failures, double random) {
    const seconds longest{1 << std::min(failures - 1, 4u)};
    return duration_cast<wall_time::duration>(longest * (0.5 + random / 2));
}

}  // namespace berth::s3
