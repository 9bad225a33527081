#pragma once

#include "async/memory_budget.hpp"
#include "async/task_group.hpp"
#include "s3/object_fetch.hpp"

#include <map>
#include <memory>
#include <mutex>

namespace berth::s3 {

/// Reads large objects of one bucket: each over many connections at once, and once for all who read it at the same
/// time. Thread-safe.
///
/// Lifetime: client and memory outlive it; stop() before its end.
class parallel_reader {
public:
    parallel_reader(client& through, async::memory_budget& memory, read_options options)
        : client_{through}, memory_{memory}, pace_{options} {}

    /// As client::get_range, and as soon.
    awaitable<std::optional<object>> open(object_key key, std::uint64_t offset,
                                          std::optional<std::uint64_t> size_bytes);

    /// Ends all fetches; false when one did not end. Nothing may be opened afterwards.
    awaitable<bool> stop();

private:
    class source;

    std::shared_ptr<object_fetch> join_or_start(const object_key& key, object_fetch::position& who,
                                                std::optional<std::uint64_t> end,
                                                const asio::any_io_executor& executor);

    client& client_;
    async::memory_budget& memory_;
    read_pace pace_;
    async::task_group running_;
    std::mutex mutex_;
    std::map<object_key, std::weak_ptr<object_fetch>> newest_;  // guarded by mutex_; the last fetch of each object
};

}  // namespace berth::s3
