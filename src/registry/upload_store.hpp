#pragma once

#include "registry/blob_store.hpp"
#include "registry/upload_journal.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace berth::registry {

/// A blob on its way in, as the node that takes its bytes has it in memory.
struct upload {
    upload(upload_name which, upload_state as) : name{std::move(which)}, state{std::move(as)} {}

    const upload_name name;
    upload_state state;  ///< Of all bytes that have been taken, also of those that are not durable yet.
    std::unique_ptr<storage::writer> writer{};
    bool is_told = true;                    ///< A client knows of it, and any node can go on with it.
    upload_step step{};                     ///< Where the store says it is.
    std::optional<oci::digest> expected{};  ///< Known before the first byte.
    bool is_stored = false;                 ///< The store holds what is expected: the bytes are only hashed.
};

/// The uploads of all nodes, and those that this one works on. Each request finds an upload where the store says it is,
/// whichever node served the request before; what this node still has in memory of it spares it the reading. Requests
/// work on an upload one after the other, by borrowing it. Thread-safe.
///
/// Lifetime: driver and blobs outlive the store, the store outlives its leases.
class upload_store {
public:
    struct options {
        /// At work, or in memory.
        std::size_t max_uploads = 1024;
        /// How long an upload stays in memory that nobody works on.
        std::chrono::steady_clock::duration rest_limit = std::chrono::seconds{4};
        push_guards guards{};
        upload_guards moving{};
    };

    /// Exclusive use of one upload; gives it back when it goes.
    class lease {
    public:
        lease(lease&&) noexcept;
        ~lease();
        upload& operator*() const { return *held_; }
        upload* operator->() const { return held_.get(); }

    private:
        friend upload_store;
        lease(upload_store& store, storage::path folder) : store_{&store}, folder_{std::move(folder)} {}
        /// What this node has in memory is of no use any more.
        void drop() { is_over_ = true; }

        upload_store* store_;
        storage::path folder_;
        std::shared_ptr<upload> held_;
        std::unique_ptr<storage::hold> hold_;
        bool is_over_ = false;
    };

    upload_store(storage::driver& driver, blob_store& blobs, options options)
        : driver_{driver},
          blobs_{blobs},
          options_{options},
          journal_{driver, options.moving},
          keeper_{driver, options.guards} {}

    /// An upload that its client may go on with at any node. `function` is the one that the digest at its end is
    /// expected to name; another one is right too, but costs one more reading of the bytes. toomanyrequests when there
    /// are too many uploads already.
    awaitable<oci::outcome<lease>> start(const oci::repository_name& name, hash_function function);
    /// One that has all its bytes from the same request.
    awaitable<oci::outcome<lease>> start_whole(const oci::repository_name& name, hash_function function);

    /// blob_upload_unknown when there is none of that id in that repository; blob_upload_invalid while another request
    /// works on it.
    awaitable<oci::outcome<lease>> borrow(const oci::repository_name& name, const std::string& uuid);

    /// How many bytes a client may count on, also while a request works on the upload. blob_upload_unknown as for
    /// borrow.
    awaitable<oci::outcome<std::uint64_t>> offset(const oci::repository_name& name, const std::string& uuid);

    /// Appends all of `body`, whose size is given where it is known: then no memory is waited for beyond it. When it
    /// returns, all nodes have the bytes, and what arrived before a body broke off counts as well. range_invalid
    /// when another node has gone on with the upload meanwhile, blob_upload_unknown when it is over. Throws what the
    /// body throws, and storage::error: then the upload is where offset() says.
    awaitable<oci::outcome<void>> append(lease& held, async::byte_source& body,
                                         std::optional<std::uint64_t> size_bytes);

    /// Appends `body` and ends the upload: the bytes become a blob, readable through the repository. digest_invalid
    /// when they do not hash to `digest`; then the upload is gone. Otherwise as append.
    ///
    /// Where the body is the whole blob it is written straight to its place, and becomes visible there once its digest
    /// is right; where it is there already, the bytes are only verified. One that breaks off leaves nothing.
    awaitable<oci::outcome<blob>> finish(lease held, const oci::digest& digest, async::byte_source& body,
                                         std::optional<std::uint64_t> size_bytes);

    awaitable<void> cancel(lease held);

    /// Whether this node has an upload in memory: that one, or one whose bytes go to the place of that blob.
    bool works_on(std::string_view uuid);
    bool works_on(const oci::digest& blob);

    /// Calls forget_idle every now and then until cancelled.
    awaitable<void> run_expiry();
    /// Gives back the memory of uploads that nobody has worked on for a while, as of `now`.
    void forget_idle(std::chrono::steady_clock::time_point now);

private:
    struct slot {
        upload_name name;
        std::shared_ptr<upload> held{};
        bool borrowed = true;
        std::optional<oci::digest> target{};
        std::chrono::steady_clock::time_point last_used{};
    };
    struct taken {
        std::exception_ptr body_failure, store_failure;
    };

    oci::outcome<lease> reserve(const upload_name& which);
    awaitable<oci::outcome<lease>> make(const oci::repository_name& name, hash_function function);
    awaitable<std::shared_ptr<upload>> load(const upload_name& which, const upload_step& step);
    awaitable<void> expect(lease& held, const oci::digest& digest, std::optional<std::uint64_t> size_bytes);
    awaitable<taken> take(upload& u, async::byte_source& body, std::optional<std::uint64_t> size_bytes);
    awaitable<void> save(upload& u, bool& is_next);
    awaitable<void> append_whole(lease& held, async::byte_source& body, std::optional<std::uint64_t> size_bytes);
    awaitable<oci::outcome<blob>> end(lease& held, const oci::digest& digest);
    awaitable<bool> matches(upload& u, const oci::digest& digest);
    awaitable<bool> is_there(const upload& u, const blob& what);
    awaitable<void> store(upload& u, const blob& as);
    awaitable<void> keep(const oci::digest& stored);
    awaitable<void> discard(upload& u);
    void note_target(const lease& held, const oci::digest& blob);

    storage::driver& driver_;
    blob_store& blobs_;
    const options options_;
    upload_journal journal_;
    keeper keeper_;
    std::mutex mutex_;
    std::map<storage::path, slot, std::less<>> slots_;  // guarded by mutex_; by the upload's folder
};

}  // namespace berth::registry
