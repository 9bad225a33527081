#pragma once

#include "base/counter.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace berth::cache {

/// Which blobs were fetched before anybody asked for them, until somebody does or they go unused; and how many bytes
/// came to what end. Knows of nothing that was fetched before the start. Digests as text. Thread-safe.
class fetched_ahead {
public:
    struct statistics {
        counter fetched_bytes;
        counter used_bytes;    ///< Of blobs that a client has asked for since.
        counter wasted_bytes;  ///< Evicted or given up before anybody asked.
    };
    const statistics& counted() const { return counted_; }

    /// From now on the blob's bytes are fetched ahead.
    void begin(const std::string& digest) {
        const std::lock_guard lock{mutex_};
        unasked_.try_emplace(digest, 0);
    }
    void fetched(const std::string& digest, std::uint64_t bytes) {
        counted_.fetched_bytes.add(bytes);
        const std::lock_guard lock{mutex_};
        const auto at = unasked_.find(digest);
        if (at == unasked_.end()) return counted_.used_bytes.add(bytes);  // somebody has come meanwhile
        at->second += bytes;
    }

    void asked_for(const std::string& digest) { end(digest, counted_.used_bytes); }
    void dropped(const std::string& digest) { end(digest, counted_.wasted_bytes); }

    /// Since begin() nobody has asked for it, and it was not dropped.
    bool is_unasked(const std::string& digest) const {
        const std::lock_guard lock{mutex_};
        return unasked_.contains(digest);
    }
    std::uint64_t unasked_bytes(const std::string& digest) const {
        const std::lock_guard lock{mutex_};
        const auto at = unasked_.find(digest);
        return at == unasked_.end() ? 0 : at->second;
    }

private:
    void end(const std::string& digest, counter& as) {
        const std::lock_guard lock{mutex_};
        const auto at = unasked_.find(digest);
        if (at == unasked_.end()) return;
        as.add(at->second);
        unasked_.erase(at);
    }

    statistics counted_;
    mutable std::mutex mutex_;
    std::map<std::string, std::uint64_t> unasked_;  // guarded by mutex_; at most as many as there are blobs
};

}  // namespace berth::cache
