#pragma once

#include "base/histogram.hpp"
#include "storage/forwarding_driver.hpp"

#include <array>
#include <memory>

namespace berth::storage {

inline constexpr std::array<std::chrono::microseconds, 11> action_time_bounds{
    std::chrono::milliseconds{5},    std::chrono::milliseconds{10},   std::chrono::milliseconds{25},
    std::chrono::milliseconds{50},   std::chrono::milliseconds{100},  std::chrono::milliseconds{250},
    std::chrono::milliseconds{500},  std::chrono::milliseconds{1000}, std::chrono::milliseconds{2500},
    std::chrono::milliseconds{5000}, std::chrono::milliseconds{10000}};

/// How long a store took for what registry:2 measures of its stores. Thread-safe.
struct action_times {
    using histogram = histogram_of_times<action_time_bounds>;

    histogram get_content;  ///< driver::find
    histogram put_content;  ///< driver::put
    histogram stat;
    histogram list;     ///< A page of it.
    histogram move;     ///< writer::commit
    histogram delete_;  ///< driver::remove
    histogram url_for;  ///< driver::presigned_get
};

/// Another driver, with its actions timed; those that fail count too.
///
/// Lifetime: `times` outlives the driver and its writers.
class timed_driver final : public forwarding_driver {
public:
    timed_driver(std::unique_ptr<driver> inner, action_times& times)
        : forwarding_driver{std::move(inner)}, times_{times} {}

    awaitable<std::optional<file_info>> stat(path file) override;
    awaitable<std::optional<std::string>> find(path file, std::size_t limit_bytes) override;
    awaitable<void> put(path file, std::string content) override;
    awaitable<std::unique_ptr<writer>> create(path staging) override;
    awaitable<std::unique_ptr<writer>> resume(path staging, std::string saved, path rest,
                                              std::uint64_t size_bytes) override;
    awaitable<name_page> list_page(path directory, std::string after, std::size_t limit) override;
    awaitable<file_page> list_files(path directory, path after, std::size_t limit) override;
    awaitable<void> remove(path file_or_directory) override;
    awaitable<void> remove_file(path file) override;
    std::optional<std::string> presigned_get(const path& file, std::chrono::seconds lifetime) override;

private:
    action_times& times_;
};

}  // namespace berth::storage
