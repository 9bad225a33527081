#pragma once

#include "async/single_flight.hpp"
#include "cache/node_memory.hpp"
#include "oci/error.hpp"
#include "oci/names.hpp"
#include "storage/layout.hpp"

#include <string>
#include <vector>

namespace berth::registry {

/// The manifest that a tag means.
struct tag_target {
    oci::digest manifest;
    /// When the store has said so, where it does not answer now.
    std::optional<wall_time> last_seen{};
};

/// The tags of all repositories: names that point to manifests. Thread-safe.
///
/// Lifetime: driver and memory outlive the store; the memory may be null.
class tag_store {
public:
    /// `reads_at_once`: how many tags are read side by side where all are.
    explicit tag_store(storage::driver& driver, cache::node_memory* memory = nullptr, std::size_t reads_at_once = 16)
        : driver_{driver}, memory_{memory}, reads_at_once_{reads_at_once} {}

    /// The manifest a tag means now, from the store: any node may move it. What this node remembers counts only while
    /// the store is away. Those who ask at the same time share the asking. manifest_unknown where there is no such tag.
    awaitable<oci::outcome<tag_target>> resolve(const oci::repository_name& name, const oci::tag& tag);

    /// The two steps in which a tag is pointed to a manifest, which must be there: first that it ever meant it, then
    /// that it does now. The last writer wins.
    awaitable<void> add_to_history(const oci::repository_name& name, const oci::tag& tag, const oci::digest& manifest);
    awaitable<void> set(const oci::repository_name& name, const oci::tag& tag, const oci::digest& manifest);

    /// manifest_unknown where there is no such tag.
    awaitable<oci::outcome<void>> remove(const oci::repository_name& name, const oci::tag& tag);

    /// Removes every tag that points to the manifest, and returns them. Reads each tag of the repository.
    awaitable<std::vector<oci::tag>> remove_all_of(const oci::repository_name& name, const oci::digest& manifest);

    /// At most `limit` tags after `last` (empty: from the start) in byte order. `last` may be any text. name_unknown
    /// where there is no such repository; one without tags is an ordinary answer.
    awaitable<oci::outcome<storage::name_page>> list(const oci::repository_name& name, std::string last,
                                                     std::size_t limit);

private:
    awaitable<oci::outcome<tag_target>> read_current(const oci::repository_name& name, const oci::tag& tag);
    awaitable<std::optional<oci::outcome<tag_target>>> recall(const oci::repository_name& name, const oci::tag& tag);
    cache::last_answers* last_answers() const { return memory_ ? memory_->last.get() : nullptr; }
    cache::last_answers::epoch_number epoch() const { return last_answers() ? last_answers()->epoch() : 0; }
    awaitable<void> remove_if_of(const oci::repository_name& name, const std::string& entry,
                                 const oci::digest& manifest, std::vector<oci::tag>& removed);

    storage::driver& driver_;
    cache::node_memory* memory_;
    const std::size_t reads_at_once_;
    async::single_flight<oci::outcome<tag_target>> reads_;  // by name and tag
};

}  // namespace berth::registry
