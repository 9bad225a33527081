#pragma once

#include "oci/digest.hpp"
#include "storage/driver.hpp"

#include <cstdint>
#include <functional>

namespace berth::registry {

/// Goes through the blobs that collections have removed from their place: those that something refers to after all come
/// back, others go for good when they have been there long enough.
///
/// Lifetime: the driver, and what the options refer to, outlive it.
class trash {
public:
    struct options {
        std::function<bool(const oci::digest&)> is_referred_to;
        wall_time older_than{};  ///< What was removed before then goes for good.
    };
    struct counts {
        std::uint64_t restored = 0;
        std::uint64_t emptied = 0;
        std::uint64_t emptied_bytes = 0;
        std::uint64_t held = 0;  ///< Still there.
        std::uint64_t held_bytes = 0;
    };

    trash(storage::driver& driver, options options) : driver_{driver}, options_{std::move(options)} {}

    /// Throws storage::error when the store fails.
    awaitable<counts> look_through();

private:
    awaitable<void> look_at(const storage::listed_file& one);

    storage::driver& driver_;
    const options options_;
    counts counts_;
};

}  // namespace berth::registry
