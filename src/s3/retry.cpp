#include "s3/retry.hpp"

#include <algorithm>
#include <random>

namespace berth::s3 {

double random_fraction() {
    thread_local std::minstd_rand generator{std::random_device{}()};
    return std::uniform_real_distribution<double>{0, 1}(generator);
}

duration backoff::pause(unsigned failed_attempts, double random) const {
    const unsigned doublings = std::min(failed_attempts - 1, 20u);
    const duration ceiling = std::min(cap, base * (1u << doublings));
    return std::chrono::duration_cast<duration>(ceiling * random);
}

std::optional<duration> retry_schedule::next(time_point now, double random, duration at_least) {
    if (attempts_ >= policy_.attempts) return std::nullopt;
    const duration pause = std::max(timing_.pause(attempts_, random), std::min(at_least, timing_.cap));
    if (now + pause > start_ + policy_.deadline) return std::nullopt;
    ++attempts_;
    return pause;
}

}  // namespace berth::s3
