#pragma once

#include "registry/blob_store.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace berth::registry {

/// A blob on its way in: what has arrived so far, its running hash, and the writer that holds it.
struct upload {
    upload(std::string id, oci::repository_name repository, hash_function function)
        : uuid{std::move(id)}, name{std::move(repository)}, hashed_with{function} {}

    const std::string uuid;
    const oci::repository_name name;
    hash_function hashed_with;
    std::atomic<std::uint64_t> offset{0};  ///< Bytes accepted so far; may be read while a request works on the upload.
    hasher hash{hashed_with};
    std::unique_ptr<storage::writer> writer;
    std::optional<oci::digest> expected{};  ///< Known before the first byte.
    bool is_stored = false;                 ///< The store holds what is expected: the bytes are only hashed.
    std::chrono::steady_clock::time_point last_used{};
};

/// The uploads of this process. An upload lives from start to finish or cancel; requests of different connections
/// work on it one after the other, by borrowing it. It belongs to this process: another node does not know it.
/// Thread-safe.
///
/// Lifetime: driver and blobs outlive the store, the store outlives its leases. stop() first, then destroy.
class upload_store {
public:
    struct options {
        std::size_t max_uploads = 1024;
        /// An upload that nobody touches for so long is given up.
        std::chrono::steady_clock::duration idle_limit = std::chrono::minutes{10};
        /// After so long already its writer gives back the memory that it holds.
        std::chrono::steady_clock::duration rest_limit = std::chrono::seconds{4};
        push_guards guards{};
    };

    /// Exclusive use of one upload; gives it back when it goes.
    class lease {
    public:
        lease(upload_store& store, std::shared_ptr<upload> held) : store_{&store}, held_{std::move(held)} {}
        lease(lease&&) noexcept = default;
        ~lease();
        upload& operator*() const { return *held_; }
        upload* operator->() const { return held_.get(); }

    private:
        upload_store* store_;
        std::shared_ptr<upload> held_;
    };

    upload_store(storage::driver& driver, blob_store& blobs, options options)
        : driver_{driver}, blobs_{blobs}, options_{options}, keeper_{driver, options.guards} {}

    /// `function` is the one that the digest at the upload's end is expected to name; another one is right too, but
    /// costs one more reading of the bytes. Asks the store nothing, and throws storage::unreachable where that is known
    /// to be away. toomanyrequests when there are too many uploads already.
    awaitable<oci::outcome<lease>> start(const oci::repository_name& name, hash_function function);

    /// blob_upload_unknown when there is none of that id in that repository; blob_upload_invalid while another request
    /// works on it.
    awaitable<oci::outcome<lease>> borrow(const oci::repository_name& name, std::string_view uuid);

    /// How many bytes have been accepted, also while a request works on the upload. blob_upload_unknown as for borrow.
    oci::outcome<std::uint64_t> offset(const oci::repository_name& name, std::string_view uuid);

    /// Before the first byte, where what comes next is the whole blob: then it is written straight to its place, and
    /// becomes visible there once its digest is right. Where it is there already with `size_bytes`, the bytes are only
    /// verified.
    awaitable<void> expect(upload& from, const oci::digest& digest, std::optional<std::uint64_t> size_bytes);

    /// Appends all of `body`, whose size is given where it is known: then no memory is waited for beyond it. What
    /// arrived before the body broke off counts, and the upload stays usable. Throws what the body throws, and
    /// storage::error: after that the upload is gone.
    awaitable<void> append(upload& into, async::byte_source& body,
                           std::optional<std::uint64_t> size_bytes = std::nullopt);

    /// Ends the upload: the bytes become a blob, readable through the repository. digest_invalid when they do not hash
    /// to `digest`. The upload is gone afterwards, whatever the outcome.
    awaitable<oci::outcome<blob>> finish(lease held, const oci::digest& digest);

    /// Also where a failed append has done it already.
    awaitable<void> cancel(lease held);

    /// Whether an upload of this process lives, also while it is being finished or given up: that one, or one whose
    /// bytes go to the place of that blob.
    bool works_on(std::string_view uuid);
    bool works_on(const oci::digest& blob);

    /// Looks after idle uploads as the options say, every four seconds until cancelled.
    awaitable<void> run_expiry();
    /// The same once, as of `now`: gives them up, or lets them rest.
    awaitable<void> discard_idle(std::chrono::steady_clock::time_point now);
    awaitable<void> rest_idle(std::chrono::steady_clock::time_point now);
    /// Cancels all uploads that no request works on. run_expiry has been cancelled before, and may still be ending.
    awaitable<void> stop();

private:
    struct slot {
        std::shared_ptr<upload> held;
        bool borrowed = false;
        bool looked_after = false;  // borrowed by the store itself, for a moment
        bool rested = false;        // since it was last borrowed
    };
    enum class due { rest, discard };
    struct living {
        std::weak_ptr<const upload> held;
        std::optional<oci::digest> target;
    };

    awaitable<bool> matches(upload& u, const oci::digest& digest);
    awaitable<bool> is_there(const upload& u, const blob& what);
    awaitable<void> store(upload& u, const blob& as);
    awaitable<void> keep(const oci::digest& stored);
    std::vector<std::shared_ptr<upload>> list_due(due due_for, std::chrono::steady_clock::time_point now);
    bool is_due(const slot& of, due due_for, std::chrono::steady_clock::time_point now) const;
    // Borrows it for the store itself, unless a request was quicker. An upload that none of the coroutines below has
    // taken stays in its slot, where stop() finds it.
    bool take(const upload& u, due due_for, std::chrono::steady_clock::time_point now);
    awaitable<void> rest(upload& u, std::chrono::steady_clock::time_point now);
    awaitable<void> discard(upload& u, std::chrono::steady_clock::time_point now);
    // From coroutines that have turned off throw_if_cancelled: at shutdown those that look after uploads are cancelled.
    awaitable<void> give_up(upload& u);
    bool looks_after_any();
    void forget(const upload& u);
    void note_target(const upload& of, const oci::digest& blob);

    storage::driver& driver_;
    blob_store& blobs_;
    const options options_;
    keeper keeper_;
    std::mutex mutex_;
    std::map<std::string, slot, std::less<>> slots_;     // guarded by mutex_; by uuid
    std::map<std::string, living, std::less<>> living_;  // guarded by mutex_; by uuid; some may have ended
};

}  // namespace berth::registry
