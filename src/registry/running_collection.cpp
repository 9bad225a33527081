#include "registry/running_collection.hpp"

#include "storage/layout.hpp"

namespace berth::registry {

namespace layout = storage::layout;

awaitable<void> running_collection::renew(storage::driver& driver, wall_time now) {
    co_await driver.put(layout::running_collection(id), format_rfc3339(begun));
    renewed = now;
}

awaitable<void> running_collection::end(storage::driver& driver) const {
    co_await driver.remove_file(layout::running_collection(id));
}

awaitable<std::vector<running_collection>> list_running_collections(storage::driver& driver, wall_time now) {
    constexpr std::size_t max_bytes = 256;
    std::vector<running_collection> running;
    const auto ids = co_await driver.list(layout::running_collections());
    for (const std::string& id : ids) {
        const storage::path file = layout::running_collections() + "/" + id;
        const auto there = co_await driver.stat(file);
        if (!there) continue;
        const auto content = co_await driver.find(file, max_bytes);
        const auto begun = parse_rfc3339(content.value_or(""));
        running.push_back({id, begun.value_or(there->modified), there->modified});
        if (!running.back().is_given_up(now)) continue;
        co_await driver.remove_file(file);
        running.pop_back();
    }
    co_return running;
}

}  // namespace berth::registry
