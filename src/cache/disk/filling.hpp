#pragma once

#include "async/wakeup.hpp"
#include "cache/disk/byte_ranges.hpp"
#include "cache/disk/cached_file.hpp"

#include <list>

namespace berth::cache {

/// A blob on its way to this node's disk: a file with gaps, which one coroutine fills from the store in the order in
/// which somebody wants them. What has arrived can be read from the file by whoever comes later, and is what the store
/// has just sent; that it is what the digest says turns out when there is no gap any more.
///
/// A disk that is slower than those who read holds nobody up: they go to the store themselves, and the filling is given
/// up. Thread-safe.
///
/// Lifetime: shared by its readers and its own coroutine; the pool outlives it.
class filling : public std::enable_shared_from_this<filling> {
public:
    using clock = async::wakeup::clock;

    /// `before_write` is called on the pool before bytes go to the file, for tests; it may be empty.
    filling(std::string path, storage::unique_fd file, std::uint64_t size_bytes, async::blocking_pool& pool,
            reopen from_store, std::function<void()> before_write = {});
    /// Takes the file away, unless it was kept.
    ~filling();

    std::uint64_t size_bytes() const { return size_bytes_; }
    const storage::unique_fd& file() const { return file_; }
    const std::string& path() const { return path_; }

    /// Who wants bytes: readers come first.
    enum class wanted_for { reader, nobody };
    /// These bytes are to come. True: the caller starts run(), for nobody else does. `opened` is where run() can read
    /// them from, or null.
    bool want(byte_ranges::range range, wanted_for whom, std::unique_ptr<async::byte_source> opened);
    /// Bytes that a reader wants are still to come.
    bool has_waiting_reader() const;
    clock::time_point last_wanted() const;
    awaitable<void> run();

    /// True once: there is no gap any more, and the caller takes it from here, to end with one of the next two.
    bool take_complete();
    /// It was verified, and others can find it under its digest.
    void has_been_admitted();
    /// It will not be; `why` is for the log and for whoever waits for it.
    void give_up(const std::string& why);
    bool has_failed() const;
    std::string why_it_failed() const;
    /// The file has another name now; it is no longer this one's to remove.
    storage::unique_fd keep();

    /// Where what has arrived ends, from `at` on; `at` when it is not there.
    std::uint64_t arrived_until(std::uint64_t at) const;
    /// Waits until it is there: false when nobody is going to bring it, when the disk takes too long, or when other
    /// bytes come first for long.
    awaitable<bool> wait_for(std::uint64_t at);
    /// Waits until all of a wanted range is there, however long store and disk take; where that is the whole blob,
    /// until it was admitted. False when it has failed.
    awaitable<bool> wait_for_all(byte_ranges::range range);
    std::uint64_t arrived_bytes() const;
    /// Somebody has read [begin, at) from the store.
    void is_read_ahead(std::uint64_t begin, std::uint64_t at);

private:
    std::optional<byte_ranges::range> gap_in(const byte_ranges& wanted) const;  // with mutex_ held
    std::optional<byte_ranges::range> next_gap();
    awaitable<void> fill(byte_ranges::range gap);
    void write_begins(std::uint64_t at);
    void write(asio::const_buffer bytes, std::uint64_t at);
    void arrived(byte_ranges::range range);
    void tell_those_who_wait();
    bool comes_next(std::uint64_t at) const;
    template <class Over>
    awaitable<bool> wait_until(Over over, clock::time_point deadline);

    const std::string path_;
    storage::unique_fd file_;
    const std::uint64_t size_bytes_;
    async::blocking_pool& pool_;
    const reopen from_store_;
    const std::function<void()> before_write_;

    mutable std::mutex mutex_;  // guards all below
    byte_ranges present_, wanted_;
    clock::time_point last_wanted_{};
    byte_ranges wanted_by_readers_;               // part of wanted_
    std::unique_ptr<async::byte_source> opened_;  // gives the bytes of opened_for_
    byte_ranges::range opened_for_;
    std::uint64_t gap_begin_ = 0;                   // of what run() is at
    std::uint64_t filled_to_ = 0;                   // and how far it is there
    std::optional<clock::time_point> write_began_;  // the one under way
    std::uint64_t furthest_reader_ = 0;             // of those who have read all that from the store
    std::list<async::wakeup*> waiting_;
    bool running_ = false;
    bool failed_ = false;
    std::string why_;
    bool taken_ = false;
    bool admitted_ = false;
    bool kept_ = false;
};

/// Reads a blob while it fills, from its file; straight from the store where the disk takes too long, or nobody brings
/// what is wanted.
class filling_source final : public async::byte_source {
public:
    /// `brought_by`: for whom the bytes in the file were fetched.
    filling_source(std::shared_ptr<filling> of, byte_ranges::range range, reopen from_store, blob_origin brought_by,
                   blob_meter meter);

    awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override;
    awaitable<asio::const_buffer> read_view(std::vector<char>& scratch, std::size_t limit_bytes) override;
    awaitable<async::file_part> read_in_file(std::size_t limit_bytes) override;

private:
    awaitable<void> open_store();
    void has_read(std::size_t size_bytes);

    const std::shared_ptr<filling> filling_;
    const reopen from_store_;
    const blob_origin brought_by_;
    blob_meter meter_;
    std::uint64_t next_;
    const std::uint64_t end_;
    std::unique_ptr<async::byte_source> store_;
    std::uint64_t store_begin_ = 0;  // where it began to read
};

}  // namespace berth::cache
