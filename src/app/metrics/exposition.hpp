#pragma once

#include "base/histogram.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace berth::app {

/// Metrics as text, as Prometheus reads them (text format 0.0.4):
///
///     # HELP berth_blob_bytes_total Bytes of blobs that clients were given.
///     # TYPE berth_blob_bytes_total counter
///     berth_blob_bytes_total{source="disk"} 1048576
///
/// A family is begun with its name, and followed by its samples; names and helps are plain words.
class exposition {
public:
    using labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    void counter(std::string_view name, std::string_view help) { begin(name, "counter", help); }
    void gauge(std::string_view name, std::string_view help) { begin(name, "gauge", help); }
    void histogram(std::string_view name, std::string_view help) { begin(name, "histogram", help); }

    void sample(labels labels, std::uint64_t value);
    void sample(labels labels, double value);
    /// In seconds, or in bytes.
    template <class Quantity, const auto& bounds>
    void sample(labels labels, const berth::histogram<Quantity, bounds>& counted) {
        std::array<double, bounds.size()> upper;
        std::ranges::transform(bounds, upper.begin(), [](Quantity bound) { return number(bound); });
        std::array<std::uint64_t, bounds.size() + 1> in_bucket;
        for (std::size_t bucket = 0; bucket < in_bucket.size(); ++bucket) in_bucket[bucket] = counted.in_bucket(bucket);
        sample_buckets(labels, upper, in_bucket, number(counted.total()));
    }

    const std::string& text() const { return text_; }

private:
    static double number(std::chrono::nanoseconds time) { return std::chrono::duration<double>{time}.count(); }
    static double number(std::uint64_t bytes) { return static_cast<double>(bytes); }

    // One bucket more than bounds: what was beyond them.
    void sample_buckets(labels labels, std::span<const double> bounds, std::span<const std::uint64_t> in_bucket,
                        double total);
    void begin(std::string_view name, std::string_view type, std::string_view help);
    void line(std::string_view suffix, labels labels, std::string_view bound, std::string_view value);

    std::string family_;
    std::string text_;
};

}  // namespace berth::app
