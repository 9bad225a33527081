#pragma once

#include "async/wakeup.hpp"
#include "cache/disk/byte_ranges.hpp"
#include "cache/disk/cached_file.hpp"

#include <list>
#include <map>

namespace berth::cache {

/// A blob on its way to this node's disk: a file with gaps, which a few coroutines fill from the store, each a gap,
/// those first that a reader wants. What has arrived can be read from the file by whoever comes later, and is what the
/// store has sent; that it is what the digest says turns out when there is no gap any more.
///
/// A disk that is slower than those who read holds nobody up: they go to the store themselves, and the filling is given
/// up. Thread-safe.
///
/// Lifetime: shared by its readers and its own coroutines; the pool outlives it.
class filling : public std::enable_shared_from_this<filling> {
public:
    using clock = async::wakeup::clock;

    /// `before_write` is called on the pool before bytes go to the file, for tests; it may be empty.
    filling(std::string path, storage::unique_fd file, std::uint64_t size_bytes, async::blocking_pool& pool,
            reopen from_store, std::function<void()> before_write = {});
    /// Takes the file away, on the pool, unless it was kept.
    ~filling();

    std::uint64_t size_bytes() const { return size_bytes_; }
    const storage::unique_fd& file() const { return file_; }
    const std::string& path() const { return path_; }

    /// One that fills gaps.
    struct worker {
        std::uint64_t begin = 0, at = 0, end = 0;  // of its gap, and how far it is
        clock::time_point moved{};                 // when it was there
        std::optional<clock::time_point> write_began{};
        std::uint64_t furthest_reader = 0;             // of those who have read all of the gap from the store
        std::unique_ptr<async::byte_source> opened{};  // gives its first gap's bytes; may be null
    };
    /// Who wants bytes: readers come first.
    enum class wanted_for { reader, nobody };
    /// These bytes are to come. Not null: the caller has to run() it, for nobody else brings them soon. `opened` is
    /// where they can be read from, or null.
    worker* want(byte_ranges::range range, wanted_for whom, std::unique_ptr<async::byte_source> opened);
    /// Fills gaps until there are none for it; once.
    awaitable<void> run(worker* one);
    /// Bytes that a reader wants are still to come.
    bool has_waiting_reader() const;
    /// A time_of_use().
    std::int64_t last_wanted() const;

    /// True once: there is no gap any more, and the caller takes it from here, to end with one of the next two.
    bool take_complete();
    /// Opens part of a blob that was verified, for a reader of it, for whom its bytes count as from that origin.
    using reader_of_file =
        std::function<std::unique_ptr<async::byte_source>(storage::byte_range, const reopen&, blob_origin, blob_meter)>;
    /// It was verified, and others can find it under its digest; its readers go on with what `open` gives.
    void has_been_admitted(reader_of_file open);
    reader_of_file admitted() const;
    /// It will not be; `why` is for the log and for whoever waits for it.
    void give_up(const std::string& why);
    bool has_failed() const;
    std::string why_it_failed() const;
    /// The file has another name now; it is no longer this one's to remove.
    storage::unique_fd keep();

    /// Where what has arrived ends, from `at` on; `at` when it is not there.
    std::uint64_t arrived_until(std::uint64_t at) const;
    /// Of what has arrived: where the bytes end, from `at` on, that are as they came. What lies there for more than a
    /// moment is looked at for that, on the pool. `at` when they are not, and then the filling is given up.
    awaitable<std::uint64_t> good_until(std::uint64_t at);
    /// Waits until it is there: false when nobody is going to bring it, when disk or store take too long, or when other
    /// bytes come first for long.
    awaitable<bool> wait_for(std::uint64_t at);
    /// Waits until all of a wanted range is there, however long store and disk take; where that is the whole blob,
    /// until it was admitted. False when it has failed.
    awaitable<bool> wait_for_all(byte_ranges::range range);
    std::uint64_t arrived_bytes() const;
    /// Somebody has read [begin, at) from the store.
    void is_read_ahead(std::uint64_t begin, std::uint64_t at);

private:
    /// Bytes as they were written.
    struct piece {
        std::uint64_t end = 0;
        std::uint64_t checksum = 0;
        clock::time_point when{};
    };

    // These four with mutex_ held.
    std::optional<byte_ranges::range> gap_in(const byte_ranges& wanted) const;
    std::optional<byte_ranges::range> unclaimed_in(byte_ranges::range whole) const;
    std::optional<byte_ranges::range> next_gap() const;
    worker* add_worker(byte_ranges::range gap, std::unique_ptr<async::byte_source> opened);

    bool go_on(worker& one);
    awaitable<void> fill(worker& one);
    std::optional<std::size_t> next_piece_bytes(worker& one);
    void write_begins(worker& one);
    void write(asio::const_buffer bytes, std::uint64_t at);
    void arrived(worker& one, piece what);
    void remove(worker* one);
    void tell_those_who_wait();
    bool comes_soon(std::uint64_t at) const;
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
    byte_ranges wanted_by_readers_;          // part of wanted_
    std::map<std::uint64_t, piece> pieces_;  // by where they begin
    std::list<worker> workers_;
    std::int64_t last_wanted_ = 0;
    std::list<async::wakeup*> waiting_;
    bool failed_ = false;
    std::string why_;
    bool taken_ = false;
    reader_of_file admitted_;
    bool kept_ = false;
};

/// Reads a blob while it fills, from its file; straight from the store where the disk takes too long, or nobody brings
/// what is wanted; as any cached blob once it is one.
class filling_source final : public async::byte_source {
public:
    /// `brought_by`: for whom the bytes in the file were fetched.
    filling_source(std::shared_ptr<filling> of, byte_ranges::range range, reopen from_store, blob_origin brought_by,
                   blob_meter meter);

    awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override;
    awaitable<asio::const_buffer> read_view(std::vector<char>& scratch, std::size_t limit_bytes) override;
    awaitable<async::file_part> read_in_file(std::size_t limit_bytes) override;

private:
    bool is_cached_now();
    awaitable<void> open_store();
    void has_read(std::size_t size_bytes);

    const std::shared_ptr<filling> filling_;
    const reopen from_store_;
    const blob_origin brought_by_;
    blob_meter meter_;
    std::uint64_t next_;
    const std::uint64_t end_;
    std::uint64_t good_until_ = 0;
    bool damaged_ = false;  // then nothing more is read from the file
    std::unique_ptr<async::byte_source> store_;
    std::uint64_t store_begin_ = 0;  // where it began to read
    std::unique_ptr<async::byte_source> cached_;
};

}  // namespace berth::cache
