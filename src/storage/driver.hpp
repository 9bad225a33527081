#pragma once

#include "async/byte_source.hpp"
#include "base/time_format.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace berth::storage {

/// An absolute path inside a store: "/docker/registry/v2/blobs/...". Starts with "/", has no empty, "." or ".."
/// component and no trailing "/". Paths are built by layout.hpp from parsed names only.
using path = std::string;

/// What a store says of a file.
struct file_info {
    std::uint64_t size_bytes = 0;
    wall_time modified{};
};

/// Part of a file: `size_bytes` bytes from `offset` on; what lies past the file's end is simply not there.
struct byte_range {
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> size_bytes;  ///< Absent: to the end.
};

/// A file that is being read: its bytes, and what is known of the whole.
struct open_file {
    file_info info;                             ///< Of the whole file.
    std::unique_ptr<async::byte_source> bytes;  ///< Of the range that was asked for.
};

/// Some of the names directly below a directory.
struct name_page {
    std::vector<std::string> names;  ///< In byte order, without duplicates.
    bool more = false;               ///< There are names after the last one.
};

/// A file that was found below a directory.
struct listed_file {
    path file;
    std::uint64_t size_bytes = 0;
    wall_time modified{};
};

/// Some of the files below a directory.
struct file_page {
    std::vector<listed_file> files;  ///< In the byte order of their paths.
    bool more = false;               ///< There may be files after the last one.
};

/// A file whose writer has not come to its end yet, or never will, where the store keeps its bytes out of sight: on S3,
/// a multipart upload.
struct unfinished_file {
    path target;        ///< What it would become.
    wall_time begun{};  ///< By the store's clock.
    std::string id;     ///< The store's own; with `target` it names the file.
};

struct unfinished_page {
    std::vector<unfinished_file> files;
    std::string next;  ///< Asks for the page after this one; empty on the last.
};

/// The limit of a page that holds everything.
inline constexpr std::size_t all_names = std::numeric_limits<std::size_t>::max();

/// The store did not do what was asked, and not because of the request: unreachable, access denied, disk full,
/// damaged. Ends the request it happens in; the client sees 503 (api/ does that in one place).
class error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// It did not answer at all.
class unreachable : public error {
public:
    using error::error;
};

/// It does not let this process write.
class denied : public error {
public:
    using error::error;
};

/// What a writer had staged is not there any more, or not as it was: somebody else finished it, gave it up, or wrote in
/// its place.
class staging_lost : public error {
public:
    using error::error;
};

/// Keeps other processes away from something while it lives.
class hold {
public:
    virtual ~hold() = default;
};

/// A file being written. Nobody sees it before commit. Not thread-safe, but its calls may come from one executor after
/// another as long as they do not overlap. clean_up ends it; destroyed without, it leaves behind what it staged, for
/// whoever resumes it.
class writer {
public:
    virtual ~writer() = default;

    /// Before the first byte: the only target that commit may get, and how many bytes there will be, where that is
    /// known. A driver that can writes straight there, still invisibly; read_back may not be called then.
    virtual void aim_at(path /*target*/, std::optional<std::uint64_t> /*size_bytes*/) {}

    /// Where the next bytes are to be written, room for one at least, until append() says how many came. May wait for
    /// memory, and for earlier bytes to go their way.
    virtual awaitable<asio::mutable_buffer> prepare() = 0;
    virtual awaitable<void> append(std::size_t bytes) = 0;
    /// Waits until what the driver does in the background for earlier bytes has ended, and reports its failure.
    virtual awaitable<void> settle() = 0;
    /// After settle(), and not after aim_at(): makes the bytes so far outlive the process, and returns what
    /// driver::resume needs to go on behind them. What nobody else could get at otherwise it writes to the file `rest`.
    virtual awaitable<std::string> save(path rest) = 0;
    /// All bytes written so far, from the first on. Only commit and clean_up may follow, and the source goes before
    /// them.
    virtual awaitable<std::unique_ptr<async::byte_source>> read_back() = 0;
    /// Makes the bytes, all of them or none, visible as `target` (replacing what is there). Only clean_up may follow.
    /// Whoever resumes after a commit that broke off may commit again.
    virtual awaitable<void> commit(path target) = 0;
    /// Removes what is staged, but no `rest`: gives up, unless a commit has succeeded. Does not throw: what could not
    /// be removed is logged.
    virtual awaitable<void> clean_up() = 0;
};

/// Where bytes live. Stateless towards the caller and thread-safe. Every verb throws storage::error when the store
/// fails; that something is not there is an ordinary answer.
///
/// Source of the contract: the needs of registry/, and tests/contract/driver_contract.hpp, which each driver passes.
class driver {
public:
    virtual ~driver() = default;

    /// "filesystem", "s3", "inmemory": as in the config.
    virtual std::string_view name() const = 0;

    /// Asks for the file by its exact path. A directory is not a file.
    virtual awaitable<std::optional<file_info>> stat(path file) = 0;

    /// A small file as a whole; throws storage::error when it is larger than `limit_bytes`.
    virtual awaitable<std::optional<std::string>> find(path file, std::size_t limit_bytes) = 0;

    /// A file of any size as a stream. Reads of the stream throw storage::error when the store breaks on the way.
    virtual awaitable<std::optional<open_file>> open(path file, byte_range range) = 0;

    /// Writes a small file whole; readers see the old or the new bytes, never a mix.
    virtual awaitable<void> put(path file, std::string content) = 0;

    /// Starts a file of any size. Until commit its bytes are staged at `staging`.
    virtual awaitable<std::unique_ptr<writer>> create(path staging) = 0;
    /// Goes on with a file of which a writer, of any process, has saved the first `size_bytes` bytes. Its calls throw
    /// staging_lost where that is not there any more.
    virtual awaitable<std::unique_ptr<writer>> resume(path staging, std::string saved, path rest,
                                                      std::uint64_t size_bytes) = 0;
    /// Keeps others from holding the same file, which is there. Null where one does. A store whose writers cannot
    /// harm each other's bytes gives it to everybody.
    virtual awaitable<std::unique_ptr<hold>> try_to_hold(path /*file*/) { co_return std::make_unique<hold>(); }

    /// The first `limit` names directly below a directory that come after `after` in the byte order of names (empty:
    /// from the start), files and directories alike. `after` need not be there; it holds printable ASCII, or is a name
    /// that was listed, and is never part of a path. A directory that is not there is an empty one. Names that no
    /// layout could have written (empty) are left out.
    virtual awaitable<name_page> list_page(path directory, std::string after, std::size_t limit) = 0;

    /// The first `limit` files below a directory, however deep, whose paths come after `after` in the byte order of
    /// paths (empty: from the start). A page of none is the last one.
    virtual awaitable<file_page> list_files(path directory, path after, std::size_t limit) = 0;

    /// All names directly below a directory.
    awaitable<std::vector<std::string>> list(path directory) {
        std::string from_start;
        name_page all = co_await list_page(std::move(directory), std::move(from_start), all_names);
        co_return std::move(all.names);
    }

    /// Removes a file, or a directory with all below it. Not an error when nothing is there.
    virtual awaitable<void> remove(path file_or_directory) = 0;
    /// The same of what is a file if it is there, which takes a store one question less.
    virtual awaitable<void> remove_file(path file) = 0;

    /// Copies a file within the store, and makes the copy's time now; false when there is none. Whoever reads `to` sees
    /// what was there before or the whole copy.
    virtual awaitable<bool> copy(path from, path to) = 0;

    /// The time by the store's own clock, as in file_info, rounded down to a second at most.
    virtual awaitable<wall_time> now() = 0;
    /// Removes a file, as long as the store's clock has not come to `deadline`, which is at most `longest_deadline`
    /// ahead: the store itself sees to that, however late it learns of it. False when it was too late, or the store has
    /// never answered and the file is still there. When it returns, or throws storage::error, no part of it can take
    /// effect any more. A call that was cancelled leaves open what
    /// becomes of the file until wait_until_past(deadline) has returned.
    virtual awaitable<bool> remove_until(path file, wall_time deadline) = 0;
    static constexpr std::chrono::seconds longest_deadline{30};
    /// Returns when the store has done all that a remove_until with that deadline will ever do, whoever called it.
    virtual awaitable<void> wait_until_past(wall_time deadline) = 0;

    /// Some of the unfinished files below a directory. `from`: the page before's `next`, empty for the first. A store
    /// that keeps no bytes out of sight has none.
    virtual awaitable<unfinished_page> list_unfinished(path /*directory*/, std::string /*from*/) {
        unfinished_page none;
        co_return none;
    }
    /// Removes one, whoever writes it. Not an error when it is finished or gone by now.
    virtual awaitable<void> remove_unfinished(unfinished_file /*which*/) { co_return; }

    /// A URL that lets its holder GET the file for `lifetime` without other credentials; nothing where the store
    /// cannot do that. The URL is a secret: never log it.
    virtual std::optional<std::string> presigned_get(const path& file, std::chrono::seconds lifetime) = 0;

    /// One cheap question that only a working store answers. Throws storage::error with one line that an operator
    /// understands: what failed, where, what to do.
    virtual awaitable<void> probe() = 0;

    /// Whether the store is known to answer nothing at the moment; false where nobody watches it.
    virtual bool is_away() const { return false; }

    /// Ends what still goes on in the background; false when something did not end. Nothing may be asked of the driver
    /// afterwards.
    virtual awaitable<bool> stop() { co_return true; }
};

}  // namespace berth::storage
