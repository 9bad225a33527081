#pragma once

#include "auth/token/trusted_keys.hpp"
#include "base/option_file.hpp"

#include <chrono>
#include <functional>
#include <mutex>

namespace berth::auth {

/// The keys in files that may change while they are in use. Thread-safe.
class key_source {
public:
    using steady_time = std::chrono::steady_clock::time_point;

    /// Throws option_error.
    explicit key_source(key_files files, std::function<steady_time()> clock = std::chrono::steady_clock::now);

    /// The keys. At most once a second this looks whether the files have changed, and reads them then; where they are
    /// of no use, those before stay, and the log says so once.
    std::shared_ptr<const trusted_keys> now();

    /// Reads the files, changed or not, with the same care.
    void reread();

private:
    using stamps = std::pair<file_stamp, file_stamp>;
    stamps look() const;
    void read(stamps seen);

    const key_files files_;
    const std::function<steady_time()> clock_;
    std::mutex mutex_;
    stamps read_at_;  // guarded by mutex_, as all below
    std::shared_ptr<const trusted_keys> keys_;
    steady_time next_look_;
};

}  // namespace berth::auth
