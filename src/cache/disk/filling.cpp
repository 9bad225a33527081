#include "cache/disk/filling.hpp"

#include "base/log.hpp"
#include "cache/disk/disk_index.hpp"
#include "storage/filesystem/files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace berth::cache {

namespace {

/// How far the disk may be behind the first reader before it is given up.
constexpr std::uint64_t longest_lag_bytes = 64 * 1024 * 1024;
/// How long one write may take before those who wait for it go to the store themselves.
constexpr std::chrono::milliseconds longest_write{500};
/// How long the store may be silent before they do: theirs may be a better line.
constexpr std::chrono::seconds longest_silence{2};
/// How long somebody waits whose bytes are not the next to come, before he does that.
constexpr std::chrono::milliseconds longest_wait{200};
/// The next to come: no further than this from where the store is read.
constexpr std::uint64_t soon_bytes = 8 * 1024 * 1024;
constexpr std::size_t most_workers = 8;
/// What was written so lately is as it was.
constexpr std::chrono::seconds fresh_for{2};
constexpr std::size_t piece_bytes = 4 * 1024 * 1024;

}  // namespace

filling::filling(std::string path, storage::unique_fd file, std::uint64_t size_bytes, async::blocking_pool& pool,
                 reopen from_store, std::function<void()> before_write)
    : path_{std::move(path)},
      file_{std::move(file)},
      size_bytes_{size_bytes},
      pool_{pool},
      from_store_{std::move(from_store)},
      before_write_{std::move(before_write)} {}

// A large file takes a disk a while.
filling::~filling() {
    if (!kept_) pool_.post([path = path_, file = std::move(file_)] { ::unlink(path.c_str()); });
}

filling::worker* filling::want(byte_ranges::range range, wanted_for whom, std::unique_ptr<async::byte_source> opened) {
    const std::lock_guard lock{mutex_};
    last_wanted_ = time_of_use();
    wanted_.add(range);
    if (whom == wanted_for::reader) wanted_by_readers_.add(range);
    if (failed_ || taken_) return nullptr;
    if (size_bytes_ == 0) return workers_.empty() ? add_worker({}, nullptr) : nullptr;
    if (whom == wanted_for::nobody && !workers_.empty()) return nullptr;
    if (workers_.size() == most_workers) return nullptr;

    const auto gap = present_.first_gap(range);
    if (!gap) return nullptr;
    if (gap->begin != range.begin) opened.reset();
    for (worker& other : workers_) {
        if (gap->begin < other.at || gap->begin >= other.end) continue;
        if (gap->begin - other.at <= soon_bytes) return nullptr;
        const std::uint64_t end = std::min(gap->end, other.end);
        other.end = gap->begin;
        return add_worker({gap->begin, end}, std::move(opened));
    }
    return add_worker(*unclaimed_in(*gap), std::move(opened));
}

filling::worker* filling::add_worker(byte_ranges::range gap, std::unique_ptr<async::byte_source> opened) {
    workers_.push_back({gap.begin, gap.begin, gap.end, clock::now()});
    workers_.back().opened = std::move(opened);
    return &workers_.back();
}

std::optional<byte_ranges::range> filling::gap_in(const byte_ranges& wanted) const {
    for (const auto& [begin, end] : wanted.all())
        if (auto gap = present_.first_gap({begin, end})) return gap;
    return std::nullopt;
}

// The first bytes that are neither there nor any worker's.
std::optional<byte_ranges::range> filling::unclaimed_in(byte_ranges::range whole) const {
    byte_ranges taken = present_;
    for (const worker& one : workers_) taken.add({one.at, one.end});
    return taken.first_gap(whole);
}

std::optional<byte_ranges::range> filling::next_gap() const {
    for (const byte_ranges* wanted : {&wanted_by_readers_, &wanted_})
        for (const auto& [begin, end] : wanted->all())
            if (auto gap = unclaimed_in({begin, end})) return gap;
    return std::nullopt;
}

std::int64_t filling::last_wanted() const {
    const std::lock_guard lock{mutex_};
    return last_wanted_;
}

bool filling::has_waiting_reader() const {
    const std::lock_guard lock{mutex_};
    return !workers_.empty() && gap_in(wanted_by_readers_);
}

awaitable<void> filling::run(worker* one) {
    const auto self = shared_from_this();
    std::string why;
    try {
        do co_await fill(*one);
        while (go_on(*one));
    } catch (const std::exception& error) {
        why = error.what();
    }
    remove(one);
    if (!why.empty()) give_up(why);
}

// False when there is no other gap for it.
bool filling::go_on(worker& one) {
    const std::lock_guard lock{mutex_};
    one.begin = one.at = one.end;
    const auto gap = failed_ ? std::nullopt : next_gap();
    if (!gap) return false;
    one.begin = one.at = gap->begin;
    one.end = gap->end;
    one.moved = clock::now();
    one.furthest_reader = 0;
    return true;
}

void filling::remove(worker* one) {
    const std::lock_guard lock{mutex_};
    workers_.remove_if([&](const worker& other) { return &other == one; });
    tell_those_who_wait();
}

awaitable<void> filling::fill(worker& one) {
    byte_ranges::range gap;
    {
        const std::lock_guard lock{mutex_};
        gap = {one.at, one.end};
    }
    std::unique_ptr<async::byte_source> source = std::move(one.opened);
    if (!source && gap.begin < gap.end) source = co_await from_store_({gap.begin, gap.end - gap.begin});
    std::vector<char> scratch;
    while (const auto limit = next_piece_bytes(one)) {
        const asio::const_buffer bytes = co_await source->read_view(scratch, *limit);
        if (bytes.size() == 0) throw std::runtime_error{"the store's bytes ended before the blob did"};
        write_begins(one);
        piece what{one.at + bytes.size()};
        const auto put = [&] {
            what.checksum = checksum_of(static_cast<const char*>(bytes.data()), bytes.size());
            write(bytes, one.at);
        };
        co_await pool_.run(put);
        arrived(one, what);
    }
}

// Others may have taken the rest of its gap from it.
std::optional<std::size_t> filling::next_piece_bytes(worker& one) {
    const std::lock_guard lock{mutex_};
    if (failed_ || one.at >= one.end) return std::nullopt;
    return static_cast<std::size_t>(std::min<std::uint64_t>(piece_bytes, one.end - one.at));
}

void filling::write_begins(worker& one) {
    const std::lock_guard lock{mutex_};
    one.write_began = clock::now();
}

void filling::write(asio::const_buffer bytes, std::uint64_t at) {
    if (before_write_) before_write_();
    while (bytes.size() != 0) {
        const ssize_t n = pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) throw std::runtime_error{"cannot write to " + path_ + ": " + std::strerror(n < 0 ? errno : EIO)};
        bytes += static_cast<std::size_t>(n);
        at += static_cast<std::uint64_t>(n);
    }
}

void filling::tell_those_who_wait() {
    for (async::wakeup* who : waiting_) who->notify();
}

void filling::arrived(worker& one, piece what) {
    const std::lock_guard lock{mutex_};
    what.when = one.moved = clock::now();
    present_.add({one.at, what.end});
    pieces_.insert_or_assign(one.at, what);
    one.at = what.end;
    one.write_began.reset();
    tell_those_who_wait();
    if (one.furthest_reader > one.at + longest_lag_bytes)
        throw std::runtime_error{"the disk of " + path_ + " is slower than the store"};
}

void filling::give_up(const std::string& why) {
    {
        const std::lock_guard lock{mutex_};
        if (failed_) return;
        failed_ = true;
        why_ = why;
        tell_those_who_wait();
    }
    log::warn("a blob does not go to the disk cache", {{"file", path_}, {"because", why}});
}

void filling::has_been_admitted(reader_of_file open) {
    const std::lock_guard lock{mutex_};
    admitted_ = std::move(open);
    tell_those_who_wait();
}

filling::reader_of_file filling::admitted() const {
    const std::lock_guard lock{mutex_};
    return admitted_;
}

bool filling::take_complete() {
    const std::lock_guard lock{mutex_};
    if (failed_ || taken_ || present_.first_gap({0, size_bytes_})) return false;
    taken_ = true;
    return true;
}

bool filling::has_failed() const {
    const std::lock_guard lock{mutex_};
    return failed_;
}

std::string filling::why_it_failed() const {
    const std::lock_guard lock{mutex_};
    return why_;
}

storage::unique_fd filling::keep() {
    const std::lock_guard lock{mutex_};
    kept_ = true;
    return storage::unique_fd{::dup(file_.get())};
}

std::uint64_t filling::arrived_until(std::uint64_t at) const {
    const std::lock_guard lock{mutex_};
    return present_.end_from(at);
}

awaitable<std::uint64_t> filling::good_until(std::uint64_t at) {
    std::uint64_t begin = 0;
    piece lies;
    {
        const std::lock_guard lock{mutex_};
        const auto next = pieces_.upper_bound(at);
        if (next == pieces_.begin()) co_return at;
        begin = std::prev(next)->first;
        lies = std::prev(next)->second;
    }
    if (clock::now() < lies.when + fresh_for) co_return lies.end;
    const auto look = [&] {
        std::vector<char> bytes(lies.end - begin);
        try {
            storage::files::read_at(file_, path_, bytes.data(), bytes.size(), begin);
        } catch (const storage::error&) {
            return false;  // the disk cannot read it
        }
        return checksum_of(bytes.data(), bytes.size()) == lies.checksum;
    };
    const bool is_good = co_await pool_.run(look);
    if (is_good) co_return lies.end;
    give_up("its file was damaged");
    co_return at;
}

void filling::is_read_ahead(std::uint64_t begin, std::uint64_t at) {
    const std::lock_guard lock{mutex_};
    for (worker& one : workers_)
        if (begin <= one.begin) one.furthest_reader = std::max(one.furthest_reader, std::min(at, one.end));
}

std::uint64_t filling::arrived_bytes() const {
    const std::lock_guard lock{mutex_};
    return present_.total_bytes();
}

// `over` is asked under the mutex: nothing while the wait goes on. False at the deadline.
template <class Over>
awaitable<bool> filling::wait_until(Over over, clock::time_point deadline) {
    async::wakeup changed{co_await asio::this_coro::executor};
    struct place {
        filling& of;
        std::list<async::wakeup*>::iterator at;
        ~place() {
            const std::lock_guard lock{of.mutex_};
            of.waiting_.erase(at);
        }
    };
    std::optional<place> mine;
    {
        const std::lock_guard lock{mutex_};
        mine.emplace(*this, waiting_.insert(waiting_.end(), &changed));
    }
    for (bool in_time = true;;) {
        {
            const std::lock_guard lock{mutex_};
            if (const std::optional<bool> result = over()) co_return *result;
            if (!in_time) co_return false;
        }
        in_time = co_await changed.sleep(deadline);
    }
}

awaitable<bool> filling::wait_for(std::uint64_t at) {
    const auto over = [this, at]() -> std::optional<bool> {
        if (present_.end_from(at) > at) return true;
        if (workers_.empty()) return false;
        return std::nullopt;
    };
    for (;;) {
        const bool came = co_await wait_until(over, clock::now() + longest_wait);
        if (came || !comes_soon(at)) co_return came;
    }
}

// Who waits for the store alone gets nothing sooner by asking it once more.
bool filling::comes_soon(std::uint64_t at) const {
    const auto now = clock::now();
    const std::lock_guard lock{mutex_};
    return std::ranges::any_of(workers_, [&](const worker& one) {
        const bool is_next = at >= one.at && at < one.end && at - one.at <= soon_bytes;
        const bool disk_is_late = one.write_began && now - *one.write_began > longest_write;
        return is_next && !disk_is_late && now - one.moved < longest_silence;
    });
}

awaitable<bool> filling::wait_for_all(byte_ranges::range range) {
    const bool is_whole = range.begin == 0 && range.end == size_bytes_;
    const auto over = [this, range, is_whole]() -> std::optional<bool> {
        if (failed_) return false;
        if (admitted_ || (!is_whole && !present_.first_gap(range))) return true;
        return std::nullopt;
    };
    co_return co_await wait_until(over, clock::time_point::max());
}

filling_source::filling_source(std::shared_ptr<filling> of, byte_ranges::range range, reopen from_store,
                               blob_origin brought_by, blob_meter meter)
    : filling_{std::move(of)},
      from_store_{std::move(from_store)},
      brought_by_{brought_by},
      meter_{meter},
      next_{range.begin},
      end_{range.end} {}

// Once it was verified, a reader has what all later ones have, and the file counts as in use.
bool filling_source::is_cached_now() {
    if (cached_ || damaged_) return cached_ != nullptr;
    if (const auto open = filling_->admitted()) {
        cached_ = open({next_, end_ - next_}, from_store_, brought_by_, meter_);
        store_.reset();
    }
    return cached_ != nullptr;
}

awaitable<async::file_part> filling_source::read_in_file(std::size_t limit_bytes) {
    if (is_cached_now()) co_return co_await cached_->read_in_file(limit_bytes);
    if (next_ >= end_ || damaged_) co_return async::file_part{};
    std::uint64_t stop = filling_->arrived_until(next_);
    if (stop == next_ && !store_ && co_await filling_->wait_for(next_)) stop = filling_->arrived_until(next_);
    if (stop == next_) co_return async::file_part{};
    if (good_until_ <= next_) good_until_ = co_await filling_->good_until(next_);
    damaged_ = good_until_ == next_;
    if (damaged_) co_return async::file_part{};
    store_.reset();
    stop = std::min<std::uint64_t>({stop, end_, good_until_, next_ + limit_bytes});
    const async::file_part part{filling_->file().get(), next_, static_cast<std::size_t>(stop - next_)};
    next_ = stop;
    meter_.gave(brought_by_, part.size_bytes);
    co_return part;
}

awaitable<void> filling_source::open_store() {
    if (store_) co_return;
    store_begin_ = next_;
    store_ = co_await from_store_({next_, end_ - next_});
}

void filling_source::has_read(std::size_t size_bytes) {
    next_ += size_bytes;
    meter_.gave(blob_origin::store, size_bytes);
    filling_->is_read_ahead(store_begin_, next_);
}

awaitable<asio::const_buffer> filling_source::read_view(std::vector<char>& scratch, std::size_t limit_bytes) {
    if (cached_) co_return co_await cached_->read_view(scratch, limit_bytes);
    if (next_ >= end_) co_return asio::const_buffer{};
    co_await open_store();
    const asio::const_buffer piece = co_await store_->read_view(scratch, limit_bytes);
    has_read(piece.size());
    co_return piece;
}

awaitable<std::size_t> filling_source::read_some(asio::mutable_buffer buffer) {
    if (cached_) co_return co_await cached_->read_some(buffer);
    if (next_ >= end_) co_return 0;
    co_await open_store();
    const std::size_t n = co_await store_->read_some(buffer);
    has_read(n);
    co_return n;
}

}  // namespace berth::cache
