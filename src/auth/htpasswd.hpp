#pragma once

#include "async/blocking.hpp"
#include "async/single_flight.hpp"
#include "auth/controller.hpp"
#include "auth/password_file.hpp"
#include "base/counter.hpp"
#include "base/lru_map.hpp"
#include "base/option_file.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>

namespace berth::auth {

/// registry:2's `auth.htpasswd`: the Basic scheme over a file of names and bcrypt hashes. Whoever is in the file may do
/// everything.
///
/// A password costs a thread tens of milliseconds, once: what was right is remembered, by a keyed hash of user,
/// password and the line in the file, until that line changes or others come. A file that has changed counts within a
/// second; one that has become of no use does not, and the log says so once.
class htpasswd final : public controller {
public:
    struct options {
        std::string realm;
        std::string path;
        std::size_t threads = 1;            ///< That compute hashes.
        std::size_t max_waiting = 256;      ///< For them; who comes then gets `overloaded`.
        std::size_t max_remembered = 1024;  ///< Passwords that were right.
        std::chrono::steady_clock::duration look_every = std::chrono::seconds{1};  ///< At the file.
    };

    /// Throws option_error.
    explicit htpasswd(options options);

    awaitable<verdict> check(question asked) override;
    void reread() override;

    /// How many hashes were computed since the start.
    std::uint64_t hashes_computed() const { return hashes_computed_.value(); }

private:
    std::shared_ptr<const password_file> read_file() const;
    awaitable<void> look_at_file();
    void reread_now(const file_stamp& now);
    std::shared_ptr<const password_file> file() const;

    awaitable<bool> compute(const std::string& key, const std::string& password, const std::string& hash);
    bool is_remembered(const std::string& key);

    const options options_;
    const std::string secret_;  // of this process: what is remembered is of no use to others
    file_stamp read_at_;        // touched by the one thread of reading_ once there is one

    mutable std::mutex mutex_;
    std::shared_ptr<const password_file> file_;  // guarded by mutex_, as those below
    std::chrono::steady_clock::time_point looked_at_;
    lru_map<char> remembered_;

    std::atomic<std::size_t> waiting_{0};
    counter hashes_computed_;
    async::single_flight<bool> flights_;
    async::blocking_pool hashing_;
    async::blocking_pool reading_;  // apart, so that a file is read while many wait for hashes
};

}  // namespace berth::auth
