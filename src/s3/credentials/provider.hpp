#pragma once

#include "async/asio.hpp"
#include "s3/credentials/keys.hpp"

namespace berth::s3 {

/// Whoever has the keys that requests are signed with. Thread-safe.
class credentials_provider {
public:
    virtual ~credentials_provider() = default;

    /// The keys at hand; null when none are, or they have ended.
    virtual shared_keys current() const = 0;
    /// The keys at hand; where there are none, what the source gives.
    virtual awaitable<keys_result> get() = 0;
    /// Other keys than `refused`, which S3 takes no more; or why there are none, with no text where none could be.
    virtual awaitable<keys_result> replace(shared_keys refused) = 0;
};

/// Keys that somebody wrote down, and that last.
class fixed_credentials final : public credentials_provider {
public:
    explicit fixed_credentials(credentials keys) : keys_{std::make_shared<key_set>(key_set{std::move(keys)})} {}

    shared_keys current() const override { return keys_; }
    awaitable<keys_result> get() override { co_return keys_; }
    awaitable<keys_result> replace(shared_keys) override { co_return no_keys{}; }

private:
    const shared_keys keys_;
};

}  // namespace berth::s3
