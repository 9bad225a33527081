#include "registry/collection_report.hpp"

#include "storage/layout.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>

namespace berth::registry {

namespace json = boost::json;

namespace {

struct number {
    std::string_view name;
    std::uint64_t collection_report::*value;
};

constexpr std::array numbers{
    number{"repositories", &collection_report::repositories},
    number{"manifests", &collection_report::manifests},
    number{"blobs", &collection_report::blobs},
    number{"bytes", &collection_report::bytes},
    number{"removedManifests", &collection_report::removed_manifests},
    number{"removedBlobs", &collection_report::removed_blobs},
    number{"removedBytes", &collection_report::removed_bytes},
    number{"restoredBlobs", &collection_report::restored_blobs},
    number{"trashBlobs", &collection_report::trash_blobs},
    number{"trashBytes", &collection_report::trash_bytes},
};

constexpr std::size_t max_bytes = 64 * 1024;

}  // namespace

awaitable<void> write_report(storage::driver& driver, const collection_report& report) {
    json::object all{{"ended", format_rfc3339(report.ended)}};
    for (const number& one : numbers) all[one.name] = report.*one.value;
    co_await driver.put(storage::layout::last_collection(), json::serialize(all) + "\n");
}

awaitable<std::optional<collection_report>> read_last_report(storage::driver& driver) {
    const auto content = co_await driver.find(storage::layout::last_collection(), max_bytes);
    if (!content) co_return std::nullopt;
    boost::system::error_code broken;
    const json::value read = json::parse(*content, broken);
    const auto* all = broken ? nullptr : read.if_object();
    if (!all) co_return std::nullopt;
    collection_report report;
    if (const auto* ended = all->if_contains("ended"); ended && ended->is_string())
        report.ended = parse_rfc3339(ended->get_string()).value_or(wall_time{});
    for (const number& one : numbers) {
        const auto* value = all->if_contains(one.name);
        boost::system::error_code no_number;
        if (value) report.*one.value = value->to_number<std::uint64_t>(no_number);
    }
    co_return report;
}

}  // namespace berth::registry
