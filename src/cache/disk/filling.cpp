#include "cache/disk/filling.hpp"

#include "base/log.hpp"

#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace berth::cache {

namespace {

/// How far the disk may be behind the first reader before it is given up.
constexpr std::uint64_t longest_lag_bytes = 64 * 1024 * 1024;
/// How long one write may take before those who wait for it go to the store themselves.
constexpr std::chrono::milliseconds longest_write{500};
/// How long somebody waits whose bytes are not the next to come, before he does that.
constexpr std::chrono::milliseconds longest_wait{200};
/// The next to come: no further than this from where the store is read.
constexpr std::uint64_t soon_bytes = 8 * 1024 * 1024;
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

filling::~filling() {
    if (!kept_) ::unlink(path_.c_str());
}

bool filling::want(byte_ranges::range range, wanted_for whom, std::unique_ptr<async::byte_source> opened) {
    const std::lock_guard lock{mutex_};
    last_wanted_ = clock::now();
    wanted_.add(range);
    if (whom == wanted_for::reader) wanted_by_readers_.add(range);
    if (failed_ || running_) return false;
    running_ = true;
    opened_ = std::move(opened);
    opened_for_ = range;
    return true;
}

std::optional<byte_ranges::range> filling::gap_in(const byte_ranges& wanted) const {
    for (const auto& [begin, end] : wanted.all())
        if (auto gap = present_.first_gap({begin, end})) return gap;
    return std::nullopt;
}

filling::clock::time_point filling::last_wanted() const {
    const std::lock_guard lock{mutex_};
    return last_wanted_;
}

bool filling::has_waiting_reader() const {
    const std::lock_guard lock{mutex_};
    return running_ && gap_in(wanted_by_readers_);
}

std::optional<byte_ranges::range> filling::next_gap() {
    const std::lock_guard lock{mutex_};
    auto gap = gap_in(wanted_by_readers_);
    if (!gap) gap = gap_in(wanted_);
    if (gap) {
        gap_begin_ = filled_to_ = gap->begin;
        furthest_reader_ = 0;
        return gap;
    }
    running_ = false;
    opened_.reset();
    return std::nullopt;
}

awaitable<void> filling::run() {
    const auto self = shared_from_this();
    std::string why;
    try {
        while (const auto gap = next_gap()) co_await fill(*gap);
        co_return;
    } catch (const std::exception& error) {
        why = error.what();
    }
    give_up(why);
}

awaitable<void> filling::fill(byte_ranges::range gap) {
    std::unique_ptr<async::byte_source> source;
    {
        const std::lock_guard lock{mutex_};
        if (opened_for_.begin == gap.begin && opened_for_.end >= gap.end) source = std::move(opened_);
        opened_.reset();
    }
    if (!source) source = co_await from_store_({gap.begin, gap.end - gap.begin});
    std::vector<char> scratch;
    while (gap.begin < gap.end) {
        const auto limit = static_cast<std::size_t>(std::min<std::uint64_t>(piece_bytes, gap.end - gap.begin));
        const asio::const_buffer piece = co_await source->read_view(scratch, limit);
        if (piece.size() == 0) throw std::runtime_error{"the store's bytes ended before the blob did"};
        write_begins(gap.begin);
        const auto put = [&] { write(piece, gap.begin); };
        co_await pool_.run(put);
        arrived({gap.begin, gap.begin + piece.size()});
        gap.begin += piece.size();
    }
}

void filling::write_begins(std::uint64_t at) {
    const std::lock_guard lock{mutex_};
    filled_to_ = at;
    write_began_ = clock::now();
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

void filling::arrived(byte_ranges::range range) {
    const std::lock_guard lock{mutex_};
    present_.add(range);
    filled_to_ = range.end;
    write_began_.reset();
    tell_those_who_wait();
    if (furthest_reader_ > range.end + longest_lag_bytes)
        throw std::runtime_error{"the disk of " + path_ + " is slower than the store"};
}

void filling::give_up(const std::string& why) {
    log::warn("a blob does not go to the disk cache", {{"file", path_}, {"because", why}});
    const std::lock_guard lock{mutex_};
    failed_ = true;
    why_ = why;
    running_ = false;
    tell_those_who_wait();
}

void filling::has_been_admitted() {
    const std::lock_guard lock{mutex_};
    admitted_ = true;
    tell_those_who_wait();
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

void filling::is_read_ahead(std::uint64_t begin, std::uint64_t at) {
    const std::lock_guard lock{mutex_};
    if (begin <= gap_begin_) furthest_reader_ = std::max(furthest_reader_, at);
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
        if (!running_) return false;
        return std::nullopt;
    };
    for (;;) {
        const bool came = co_await wait_until(over, clock::now() + longest_wait);
        if (came || !comes_next(at)) co_return came;
    }
}

// Who waits for the store alone gets nothing sooner by asking it once more.
bool filling::comes_next(std::uint64_t at) const {
    const std::lock_guard lock{mutex_};
    const bool is_soon = at >= filled_to_ && at - filled_to_ <= soon_bytes;
    const bool disk_is_late = write_began_ && clock::now() - *write_began_ > longest_write;
    return running_ && is_soon && !disk_is_late;
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

awaitable<async::file_part> filling_source::read_in_file(std::size_t limit_bytes) {
    if (next_ >= end_) co_return async::file_part{};
    std::uint64_t stop = filling_->arrived_until(next_);
    if (stop == next_ && !store_ && co_await filling_->wait_for(next_)) stop = filling_->arrived_until(next_);
    if (stop == next_) co_return async::file_part{};
    store_.reset();
    stop = std::min<std::uint64_t>({stop, end_, next_ + limit_bytes, next_ + piece_bytes});
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
    if (next_ >= end_) co_return asio::const_buffer{};
    co_await open_store();
    const asio::const_buffer piece = co_await store_->read_view(scratch, limit_bytes);
    has_read(piece.size());
    co_return piece;
}

awaitable<std::size_t> filling_source::read_some(asio::mutable_buffer buffer) {
    if (next_ >= end_) co_return 0;
    co_await open_store();
    const std::size_t n = co_await store_->read_some(buffer);
    has_read(n);
    co_return n;
}

}  // namespace berth::cache
