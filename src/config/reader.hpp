#pragma once

#include "config/tree.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::config {

/// What a number may be.
struct limits {
    std::uint64_t min = 0;
    std::uint64_t max = std::numeric_limits<std::int64_t>::max();
    std::string_view min_name = "the smallest value";  ///< For the message: "1000 is below S3's smallest part".
};

/// One key's value, while it is read. Each `read` stores what the value says, leaves `out` alone where the
/// value is null (registry:2 takes that as absent), and reports a value of another kind with what to write
/// instead.
///
/// Lifetime: borrows all it is built from; lives for one call.
class value {
public:
    value(const node& node, std::string path, report& report) : node_{node}, path_{std::move(path)}, report_{report} {}

    void read(std::string& out) const;
    void read(bool& out) const;
    /// Decimal or with 0x, in quotes or not.
    void read(std::uint64_t& out, const limits& limits) const;
    /// A number of bytes: "512MiB", "100GiB", "2TiB"; K, M, G and T, with or without B or iB, count by 1024. Nothing
    /// below `min`.
    void read_size(std::uint64_t& out, std::uint64_t min) const;
    /// "10s". Nothing below `min`.
    void read(std::chrono::nanoseconds& out, std::chrono::nanoseconds min) const;
    /// A list of texts.
    void read(std::vector<std::string>& out) const;
    /// A map of texts.
    void read(std::vector<std::pair<std::string, std::string>>& out) const;
    /// A map of lists of texts.
    void read(std::vector<std::pair<std::string, std::vector<std::string>>>& out) const;

    /// A text that `is_right` accepts; `instead` completes "write ...".
    void read_shape(std::string& out, bool (*is_right)(std::string_view), std::string_view instead) const;

    /// One of the words in `choices`, in whatever case.
    template <class T>
    void read_choice(T& out, std::initializer_list<std::pair<std::string_view, T>> choices) const {
        std::string all;
        const std::optional<std::string> word = lower_case_word();
        for (const auto& [name, choice] : choices) {
            if (word == name) {
                out = choice;
                return;
            }
            if (!name.empty()) all += (all.empty() ? "" : ", ") + std::string{name};
        }
        if (word) refuse("unknown value; write one of " + all);
    }

    /// The maps of a list of maps, empty for a null. Nothing for anything else, which is reported.
    std::optional<std::vector<value>> elements() const;
    /// The value of that key in this map; nothing where it is not written.
    std::optional<value> below(std::string_view name) const;

    /// Nothing is configured here: null, an empty text, empty lists and maps.
    bool is_empty() const { return node_.is_empty(); }
    const node& tree() const { return node_; }
    const std::string& path() const { return path_; }  ///< "storage.s3.bucket", "health.file[0].interval"

    report& findings() const { return report_; }
    void warn(std::string text) const { report_.warning(node_.from, path_, std::move(text)); }
    void refuse(std::string text) const { report_.error(node_.from, path_, std::move(text)); }

private:
    const std::string* scalar(std::string_view instead) const;
    std::optional<std::string> lower_case_word() const;

    const node& node_;
    std::string path_;
    report& report_;
};

}  // namespace berth::config
