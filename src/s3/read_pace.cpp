#include "s3/read_pace.hpp"

#include <algorithm>

namespace berth::s3 {

namespace {

using namespace std::chrono_literals;

constexpr double least_concurrency = 2;
constexpr std::size_t most_growth = 3;
// Answers that were on their way when S3 said "slow down" are no news.
constexpr auto one_round = 500ms;
constexpr auto peace = 5s;

constexpr std::size_t enough_to_know = 8;
constexpr double weight = 0.1;  // of the newest answer in an average
constexpr double hedges_per_range = 0.05;
constexpr double most_hedges = 4;

read_pace::duration average(read_pace::duration so_far, read_pace::duration newest, std::size_t seen) {
    if (seen == 1) return newest;
    const auto moved = (newest - so_far) * std::max(weight, 1.0 / static_cast<double>(seen));
    return so_far + std::chrono::duration_cast<read_pace::duration>(moved);
}

}  // namespace

read_pace::read_pace(read_options options)
    : options_{options}, concurrency_{static_cast<double>(std::max<std::size_t>(options.concurrency, 1))} {}

std::size_t read_pace::concurrency() const {
    const std::lock_guard lock{mutex_};
    return static_cast<std::size_t>(concurrency_);
}

std::size_t read_pace::range_bytes() const {
    const std::lock_guard lock{mutex_};
    return options_.range_bytes << growth_;
}

void read_pace::throttled(clock::time_point now) {
    const std::lock_guard lock{mutex_};
    if (last_throttled_ != clock::time_point{} && now - last_throttled_ < one_round) return;
    last_throttled_ = last_shrunk_ = now;
    const double least = std::min(least_concurrency, static_cast<double>(options_.concurrency));
    concurrency_ = std::max(concurrency_ / 2, least);
    growth_ = std::min(growth_ + 1, most_growth);
}

void read_pace::arrived(clock::time_point now, duration first_byte, duration whole) {
    const std::lock_guard lock{mutex_};
    ++seen_;
    first_byte_ = average(first_byte_, first_byte, seen_);
    whole_ = average(whole_, whole, seen_);
    hedges_ = std::min(hedges_ + hedges_per_range, most_hedges);
    concurrency_ = std::min(concurrency_ + 1 / concurrency_, static_cast<double>(options_.concurrency));
    if (growth_ != 0 && now - last_shrunk_ >= peace) {
        --growth_;
        last_shrunk_ = now;
    }
}

read_pace::duration read_pace::hedge_after() const {
    const std::lock_guard lock{mutex_};
    if (seen_ < enough_to_know) return duration::max();
    return std::clamp<duration>(first_byte_ * 4, 100ms, 3s);
}

bool read_pace::may_hedge() {
    const std::lock_guard lock{mutex_};
    if (hedges_ < 1) return false;
    hedges_ -= 1;
    return true;
}

read_pace::duration read_pace::patience(unsigned attempt) const {
    const std::lock_guard lock{mutex_};
    const duration least = seen_ < enough_to_know ? 5s : 1s;
    return std::max<duration>(whole_ * 8, least) * (1u << std::min(attempt, 6u));
}

}  // namespace berth::s3
