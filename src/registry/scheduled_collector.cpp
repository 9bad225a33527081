#include "registry/scheduled_collector.hpp"

#include "base/log.hpp"
#include "storage/layout.hpp"

namespace berth::registry {

scheduled_collector::scheduled_collector(storage::driver& driver, options options)
    : driver_{driver}, options_{options}, turn_{driver, storage::layout::collection_lease(), options.interval} {}

awaitable<void> scheduled_collector::run() {
    return turn_.run([this] { return take_turn(); });
}

awaitable<std::chrono::nanoseconds> scheduled_collector::take_turn() {
    try {
        if (!options_.dry_run) {
            const auto turn = co_await turn_.try_to_take();
            if (!turn.taken) co_return turn.until_next;
        }
        co_await collect();
    } catch (const storage::error& failure) {
        counted_.failures.add(1);
        log::error("a collection of garbage broke off", {{"error", failure.what()}});
    }
    co_return options_.interval;
}

awaitable<void> scheduled_collector::collect() {
    log::info("collecting garbage", {{"dry_run", options_.dry_run ? "true" : "false"}});
    garbage_collector::options how{.delete_untagged = options_.delete_untagged,
                                   .dry_run = options_.dry_run,
                                   .grace = options_.grace,
                                   .quarantine = options_.quarantine,
                                   .trash_retention = options_.trash_retention};
    how.on_problem = [](const std::string& problem) { log::warn("garbage is not collected", {{"problem", problem}}); };
    garbage_collector collector{driver_, std::move(how)};
    const garbage_collector::counts found = co_await collector.collect();
    counted_.collections.add(1);
    log::info("garbage is collected", {{"manifests", std::to_string(found.manifests)},
                                       {"blobs", std::to_string(found.blobs)},
                                       {"bytes", std::to_string(found.bytes)},
                                       {"needed_again", std::to_string(found.kept)},
                                       {"waiting", std::to_string(found.waiting)},
                                       {"in_trash", std::to_string(found.in_trash)}});
    if (options_.dry_run) co_return;
    counted_.manifests.add(found.manifests);
    counted_.blobs.add(found.blobs);
    counted_.bytes.add(found.bytes);
}

}  // namespace berth::registry
