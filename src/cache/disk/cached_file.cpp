#include "cache/disk/cached_file.hpp"

#include "storage/filesystem/files.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <sys/uio.h>

namespace berth::cache {

namespace {

bool same(const timespec& a, const timespec& b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

}  // namespace

bool cached_file::stamp::operator==(const stamp& other) const {
    return same(modified, other.modified) && same(changed, other.changed) && size_bytes == other.size_bytes;
}

cached_file::cached_file(std::string digest, storage::unique_fd file, std::uint64_t size_bytes,
                         std::vector<std::uint64_t> checksums)
    : digest_{std::move(digest)},
      file_{std::move(file)},
      size_bytes_{size_bytes},
      checksums_{std::move(checksums)},
      good_(checksums_.size(), false),
      stamp_{stamp_now()} {}

cached_file::stamp cached_file::stamp_now() const {
    struct stat found {};
    if (fstat(file_.get(), &found) != 0) return {};
    return {found.st_mtim, found.st_ctim, static_cast<std::uint64_t>(found.st_size)};
}

std::size_t cached_file::size_of(std::size_t block) const {
    return static_cast<std::size_t>(std::min<std::uint64_t>(block_bytes, size_bytes_ - block * block_bytes));
}

// Its first and its last byte are: readahead and eviction go by larger pieces.
bool cached_file::is_in_memory(std::size_t block) const {
    for (const std::uint64_t at : {block * block_bytes, block * block_bytes + size_of(block) - 1}) {
        char byte;
        iovec into{&byte, 1};
        if (preadv2(file_.get(), &into, 1, static_cast<off_t>(at), RWF_NOWAIT) != 1 && errno != EOPNOTSUPP)
            return false;
    }
    return true;
}

bool cached_file::is_good(std::size_t block) {
    const stamp now = stamp_now();
    {
        const std::lock_guard lock{mutex_};
        if (!(now == stamp_)) {
            std::fill(good_.begin(), good_.end(), false);
            stamp_ = now;
        }
        if (!good_[block]) return false;
    }
    return is_in_memory(block);
}

bool cached_file::check(std::size_t block) {
    const stamp before = stamp_now();
    std::vector<char> bytes(size_of(block));
    try {
        storage::files::read_at(file_, digest_, bytes.data(), bytes.size(), block * block_bytes);
    } catch (const storage::error&) {
        return false;  // the disk cannot read it
    }
    if (before.size_bytes != size_bytes_ || checksum_of(bytes.data(), bytes.size()) != checksums_[block]) return false;
    const std::lock_guard lock{mutex_};
    if (before == stamp_) good_[block] = true;
    return true;
}

cached_source::cached_source(std::shared_ptr<cached_file> file, storage::byte_range range, async::blocking_pool& pool,
                             reopen from_store, std::function<void()> on_damage, blob_origin kept_from,
                             blob_meter meter)
    : file_{std::move(file)},
      pool_{pool},
      from_store_{std::move(from_store)},
      on_damage_{std::move(on_damage)},
      kept_from_{kept_from},
      meter_{meter},
      next_{std::min(range.offset, file_->size_bytes())} {
    const std::uint64_t rest = file_->size_bytes() - next_;
    end_ = next_ + std::min(range.size_bytes.value_or(rest), rest);
}

awaitable<async::file_part> cached_source::read_in_file(std::size_t limit_bytes) {
    if (store_ || next_ >= end_) co_return async::file_part{};
    const auto block = static_cast<std::size_t>(next_ / block_bytes);
    if (!file_->is_good(block)) {
        const auto check = [&] {
            if (file_->check(block)) return true;
            on_damage_();
            return false;
        };
        if (!co_await pool_.run(check)) {
            store_ = co_await from_store_({next_, end_ - next_});
            co_return async::file_part{};
        }
    }
    const std::uint64_t stop = std::min<std::uint64_t>(end_, (block + 1) * block_bytes);
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(limit_bytes, stop - next_));
    const async::file_part part{file_->file().get(), next_, n};
    next_ += n;
    meter_.gave(kept_from_, n);
    co_return part;
}

awaitable<std::size_t> cached_source::read_some(asio::mutable_buffer buffer) {
    const async::file_part part = co_await read_in_file(buffer.size());
    if (store_) {
        const std::size_t n = co_await store_->read_some(buffer);
        meter_.gave(blob_origin::store, n);
        co_return n;
    }
    const std::size_t have = storage::files::read_at(file_->file(), file_->digest(), static_cast<char*>(buffer.data()),
                                                     part.size_bytes, part.offset);
    if (have < part.size_bytes) throw storage::error{"a file of the disk cache became shorter while it was read"};
    co_return have;
}

}  // namespace berth::cache
