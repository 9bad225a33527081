#include "cache/disk/disk_cache.hpp"

#include "base/log.hpp"
#include "base/random_id.hpp"
#include "storage/filesystem/files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <filesystem>
#include <limits>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::cache {

namespace fs = std::filesystem;

namespace {

/// Parts of blobs that somebody wanted, and nobody does at the moment.
constexpr std::size_t most_idle_fillings = 16;

[[noreturn]] void fail(const std::string& directory, const std::string& why) {
    throw storage::error{"the disk cache cannot use " + directory + ": " + why +
                         "; set storage.cache.blob.rootdirectory to a folder of its own that can be written to"};
}

storage::unique_fd open_file(const std::string& file, int flags) {
    return storage::unique_fd{::open(file.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600)};
}

void make_folder(const std::string& directory) {
    std::error_code error;
    fs::create_directories(fs::path{directory}.parent_path(), error);
    if (::mkdir(directory.c_str(), 0700) == 0) return;
    if (errno != EEXIST) fail(directory, std::strerror(errno));
    // Whoever can write there decides what this node serves, at least where he is quicker than the check of a digest.
    struct stat found {};
    if (::stat(directory.c_str(), &found) != 0) fail(directory, std::strerror(errno));
    if (!S_ISDIR(found.st_mode)) fail(directory, "it is no folder");
    if (found.st_uid != ::geteuid() && ::geteuid() != 0) fail(directory, "it belongs to another user");
    if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0) fail(directory, "others may write there; chmod go-w " + directory);
}

/// Later than any time_of_use().
constexpr auto whenever = std::numeric_limits<std::int64_t>::max();

byte_ranges::range within(storage::byte_range range, std::uint64_t size_bytes) {
    const std::uint64_t begin = std::min(range.offset, size_bytes);
    return {begin, begin + std::min(range.size_bytes.value_or(size_bytes), size_bytes - begin)};
}

// What nobody waits for leaves the processor to those who serve. A thread's niceness is its own on Linux.
void step_back() {
    thread_local const int done = ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10);
    static_cast<void>(done);
}

}  // namespace

disk_cache::disk_cache(options options) : options_{std::move(options)} {
    const std::string& directory = options_.directory;
    make_folder(directory);
    lock_ = open_file(directory + "/lock", O_RDWR | O_CREAT);
    if (!lock_) fail(directory, std::strerror(errno));
    if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) fail(directory, "another process uses it");

    // What a crash has left there may be large: tidy() removes it.
    std::error_code ignored;
    fs::rename(directory + "/partial", directory + "/left", ignored);
    fs::remove_all(directory + "/partial", ignored);
    make_folder(directory + "/partial");
    const std::string index = directory + "/index.sqlite";
    const auto open_index = [&] {
        auto opened = std::make_unique<disk_index>(index);
        const auto total = opened->total();
        used_ = total.size_bytes;
        entries_ = total.entries;
        return opened;
    };
    try {
        index_ = open_or_begin_anew(index, open_index);
    } catch (const std::runtime_error& error) {
        fail(directory, error.what());
    }
    make_folder(directory + "/blobs");
    make_room(0);
}

disk_cache::~disk_cache() = default;

std::string disk_cache::blob_file(const std::string& digest) const {
    const auto colon = digest.find(':');
    return options_.directory + "/blobs/" + digest.substr(colon + 1, 2) + '/' + digest.substr(0, colon) + '-' +
           digest.substr(colon + 1);
}

std::uint64_t disk_cache::used_bytes() const {
    const std::lock_guard lock{mutex_};
    return used_;
}

std::uint64_t disk_cache::entries() const {
    const std::lock_guard lock{mutex_};
    return entries_;
}

awaitable<std::optional<storage::open_file>> disk_cache::open(const oci::digest& digest, storage::byte_range range,
                                                              std::optional<std::uint64_t> size_bytes,
                                                              reopen from_store, blob_meter meter) {
    const std::string name = digest.str();
    ahead_.asked_for(name);
    if (auto of = find_filling(name)) {
        storage::open_file opened{{.size_bytes = of->size_bytes()}, nullptr};
        if (size_bytes.value_or(opened.info.size_bytes) != opened.info.size_bytes) co_return std::nullopt;
        const auto executor = co_await asio::this_coro::executor;
        opened.bytes = join(std::move(of), name, range, nullptr, std::move(from_store), meter, executor);
        co_return std::move(opened);
    }
    auto file = co_await find(name);
    if (!file || size_bytes.value_or(file->size_bytes()) != file->size_bytes()) co_return std::nullopt;
    storage::open_file opened{{.size_bytes = file->size_bytes()}, nullptr};
    opened.bytes = open_cached(std::move(file), range, std::move(from_store), blob_origin::disk, meter);
    co_return std::move(opened);
}

std::unique_ptr<async::byte_source> disk_cache::open_cached(std::shared_ptr<cached_file> file,
                                                            storage::byte_range range, reopen from_store,
                                                            blob_origin kept_from, blob_meter meter) {
    const auto on_damage = [this, name = file->digest(), held = file->size_bytes()] {
        log::warn("a blob in the disk cache was damaged; it is read from the store", {{"digest", name}});
        drop_damaged(name, held);
    };
    return std::make_unique<cached_source>(std::move(file), range, pool_, std::move(from_store), on_damage, kept_from,
                                           meter);
}

awaitable<std::unique_ptr<async::byte_source>> disk_cache::keep(const oci::digest& digest, std::uint64_t size_bytes,
                                                                storage::byte_range range,
                                                                std::unique_ptr<async::byte_source> opened,
                                                                reopen from_store, blob_meter meter) {
    const std::string name = digest.str();
    auto of = find_filling(name);
    if (!of) {
        const auto begin = [&] { return begin_filling(name, size_bytes, from_store); };
        of = (co_await pool_.run(begin)).of;
    }
    if (!of || of->size_bytes() != size_bytes) co_return std::make_unique<metered_source>(std::move(opened), meter);
    const auto executor = co_await asio::this_coro::executor;
    co_return join(std::move(of), name, range, std::move(opened), std::move(from_store), meter, executor);
}

awaitable<brought> disk_cache::bring(const oci::digest& digest, std::uint64_t size_bytes, storage::byte_range range,
                                     reopen from_store, std::unique_ptr<async::byte_source> opened) {
    const std::string name = digest.str();
    const brought of_another_size{brought::state::failed, "the blob has another size on the disk"};
    auto of = find_filling(name);
    if (!of) {
        if (const auto file = co_await find(name)) {
            if (file->size_bytes() != size_bytes) co_return of_another_size;
            co_return brought{};
        }
        const auto begin = [&] { return begin_filling(name, size_bytes, from_store); };
        begun started = co_await pool_.run(begin);
        if (!started.of) co_return std::move(started.instead);
        of = std::move(started.of);
    }
    if (of->size_bytes() != size_bytes) co_return of_another_size;
    const byte_ranges::range wanted = within(range, size_bytes);
    const auto executor = co_await asio::this_coro::executor;
    if (auto* worker = of->want(wanted, filling::wanted_for::nobody, std::move(opened)))
        work_.spawn(executor, fill(name, of, worker));
    if (co_await of->wait_for_all(wanted)) co_return brought{};
    co_return brought{brought::state::failed, of->why_it_failed()};
}

bool disk_cache::lacks(const oci::digest& digest, storage::byte_range range) {
    const auto of = find_filling(digest.str());
    if (!of) return false;
    const byte_ranges::range wanted = within(range, of->size_bytes());
    return of->arrived_until(wanted.begin) < wanted.end;
}

awaitable<bool> disk_cache::has(const oci::digest& digest) {
    const std::string name = digest.str();
    if (find_filling(name)) co_return true;
    co_return co_await find(name) != nullptr;
}

bool disk_cache::has_waiting_readers() const {
    const std::lock_guard lock{mutex_};
    return std::ranges::any_of(filling_, [](const auto& each) { return each.second->has_waiting_reader(); });
}

awaitable<std::uint64_t> disk_cache::bytes_here(oci::digest digest) {
    const std::string name = digest.str();
    if (const auto of = find_filling(name)) co_return of->arrived_bytes();
    const auto look = [&] { return size_in_index(name).value_or(0); };
    co_return co_await pool_.run(look);
}

awaitable<std::shared_ptr<cached_file>> disk_cache::find(std::string digest) {
    {
        const std::lock_guard lock{mutex_};
        if (const auto* known = open_.find(digest)) {
            (*known)->use(time_of_use());
            co_return *known;
        }
    }
    const auto work = [&] { return load(digest); };
    co_return co_await pool_.run(work);
}

std::shared_ptr<cached_file> disk_cache::load(const std::string& digest) {
    try {
        auto row = index_->find(digest);
        if (!row) return nullptr;
        storage::unique_fd file = open_file(blob_file(digest), O_RDONLY);
        if (!file && errno != ENOENT)
            throw std::runtime_error{std::string{"cannot open its file: "} + std::strerror(errno)};
        struct stat found {};
        const std::size_t blocks = (row->size_bytes + block_bytes - 1) / block_bytes;
        const bool is_whole = file && ::fstat(file.get(), &found) == 0 && S_ISREG(found.st_mode) &&
                              static_cast<std::uint64_t>(found.st_size) == row->size_bytes &&
                              row->checksums.size() == blocks;
        if (!is_whole) {
            log::warn("a blob in the disk cache is gone or cut off; it is read from the store", {{"digest", digest}});
            drop_damaged(digest, row->size_bytes);
            return nullptr;
        }
        auto loaded =
            std::make_shared<cached_file>(digest, std::move(file), row->size_bytes, std::move(row->checksums));
        remember(loaded);
        try {
            index_->touch(digest, time_of_use());
        } catch (const std::runtime_error&) {
            loaded->use(time_of_use());  // a disk that takes nothing gives what it has
        }
        return loaded;
    } catch (const std::runtime_error& error) {
        log::warn("the disk cache cannot be read", {{"digest", digest}, {"because", error.what()}});
        return nullptr;
    }
}

void disk_cache::remember(std::shared_ptr<cached_file> file) {
    const std::lock_guard lock{mutex_};
    std::string digest = file->digest();
    open_.put(std::move(digest), std::move(file), 1);
}

bool disk_cache::is_in_use(const std::string& digest) {
    const std::lock_guard lock{mutex_};
    const auto* known = open_.find(digest);
    return (known && known->use_count() > 1) || filling_.contains(digest);
}

// Uses of files that are open are kept with them, and go to the index when their order matters.
void disk_cache::write_uses() {
    std::vector<std::pair<std::string, std::int64_t>> uses;
    {
        const std::lock_guard lock{mutex_};
        for (const auto& file : open_.values())
            if (const std::int64_t when = file->take_use()) uses.emplace_back(file->digest(), when);
    }
    for (const auto& [digest, when] : uses) index_->touch(digest, when);
}

void disk_cache::drop_damaged(const std::string& digest, std::uint64_t size_bytes) {
    try {
        if (drop(digest, size_bytes)) counted_.damaged.add();
    } catch (const std::runtime_error& error) {
        log::warn("the disk cache cannot be written to", {{"digest", digest}, {"because", error.what()}});
    }
}

// False when it was not here any more. Throws std::runtime_error: then it still is.
bool disk_cache::drop(const std::string& digest, std::uint64_t size_bytes) {
    ahead_.dropped(digest);
    {
        const std::lock_guard lock{mutex_};
        open_.erase(digest);
    }
    const bool was_there = index_->remove(digest);
    ::unlink(blob_file(digest).c_str());
    if (!was_there) return false;
    const std::lock_guard lock{mutex_};
    used_ -= std::min(used_, size_bytes);
    --entries_;
    return true;
}

bool disk_cache::take_room(std::uint64_t size_bytes) {
    const std::lock_guard lock{mutex_};
    if (used_ + size_bytes > options_.max_bytes) return false;
    used_ += size_bytes;
    return true;
}

// Takes so much of the limit, whatever was used longest ago making way for it: whole blobs, and what has come of others
// and nobody waits for. Not what somebody reads. Throws std::runtime_error.
bool disk_cache::make_room(std::uint64_t size_bytes) {
    constexpr std::size_t at_once = 16;
    if (size_bytes > options_.max_bytes) return false;
    std::deque<disk_index::used_entry> oldest;
    for (std::size_t skipped = 0; !take_room(size_bytes);) {
        if (oldest.empty()) {
            write_uses();
            for (auto& entry : index_->least_recently_used(at_once, skipped)) oldest.push_back(std::move(entry));
        }
        if (forget_idle_filling(oldest.empty() ? whenever : oldest.front().used)) continue;
        if (oldest.empty()) return false;
        const auto entry = std::move(oldest.front());
        oldest.pop_front();
        if (is_in_use(entry.digest)) {
            ++skipped;
        } else if (drop(entry.digest, entry.size_bytes)) {
            counted_.evicted.add();
            counted_.evicted_bytes.add(entry.size_bytes);
        }
    }
    return true;
}

// Of the blobs of which some has come, and for which nobody waits, the one wanted longest ago. False when there is none
// that was wanted before that time of use.
bool disk_cache::forget_idle_filling(std::int64_t before) {
    const std::lock_guard lock{mutex_};
    auto found = filling_.end();
    for (auto at = filling_.begin(); at != filling_.end(); ++at) {
        if (at->second.use_count() != 1 || at->second->last_wanted() >= before) continue;
        before = at->second->last_wanted();
        found = at;
    }
    if (found == filling_.end()) return false;
    forget(found);
    return true;
}

std::shared_ptr<filling> disk_cache::find_filling(const std::string& digest) {
    std::shared_ptr<filling> found;
    {
        const std::lock_guard lock{mutex_};
        const auto at = filling_.find(digest);
        if (at == filling_.end()) return nullptr;
        found = at->second;
    }
    if (!found->has_failed()) return found;
    forget(digest, found);
    return nullptr;
}

void disk_cache::forget(const std::string& digest, const std::shared_ptr<filling>& of) {
    const std::lock_guard lock{mutex_};
    const auto at = filling_.find(digest);
    if (at != filling_.end() && at->second == of) forget(at);
}

// What it has taken of the limit is free again; its file goes with the last reader.
void disk_cache::forget(fillings_by_digest::iterator at) {
    used_ -= std::min(used_, at->second->size_bytes());
    ahead_.dropped(at->first);
    filling_.erase(at);
}

disk_cache::begun disk_cache::begin_filling(const std::string& digest, std::uint64_t size_bytes, reopen from_store) {
    const auto failed = [](std::string why) { return begun{nullptr, {brought::state::failed, std::move(why)}}; };
    if (stopping_) return failed("the disk cache is stopping");
    try {
        if (index_->find(digest)) return {};  // it has become whole a moment ago
        if (!make_room(size_bytes)) return {nullptr, {brought::state::does_not_fit, "it does not fit into the cache"}};
    } catch (const std::runtime_error& error) {
        log::warn("the disk cache cannot make room", {{"because", error.what()}});
        return failed(error.what());
    }
    std::string path = options_.directory + "/partial/" + random_uuid();
    storage::unique_fd file = open_file(path, O_RDWR | O_CREAT | O_EXCL);
    begun made;
    if (file) {
        made.of = std::make_shared<filling>(std::move(path), std::move(file), size_bytes, pool_, std::move(from_store),
                                            options_.before_write);
    } else {
        made = failed("cannot create " + path + ": " + std::strerror(errno));
        log::warn("a blob does not go to the disk cache", {{"because", made.instead.why}});
    }
    bool is_new = false;
    {
        const std::lock_guard lock{mutex_};
        if (made.of) {
            const auto [at, added] = filling_.try_emplace(digest, made.of);
            is_new = added;
            made.of = at->second;
        }
        if (!is_new) used_ -= std::min(used_, size_bytes);
    }
    if (is_new && size_in_index(digest)) {  // another one has become whole meanwhile
        forget(digest, made.of);
        return {};
    }
    return made;
}

// Nothing also where the index cannot be read: whoever reads the blob says so in the log.
std::optional<std::uint64_t> disk_cache::size_in_index(const std::string& digest) {
    try {
        if (const auto row = index_->find(digest)) return row->size_bytes;
    } catch (const std::runtime_error&) {
    }
    return std::nullopt;
}

std::unique_ptr<async::byte_source> disk_cache::join(std::shared_ptr<filling> of, const std::string& digest,
                                                     storage::byte_range range,
                                                     std::unique_ptr<async::byte_source> opened, reopen from_store,
                                                     blob_meter meter, const asio::any_io_executor& executor) {
    const byte_ranges::range wanted = within(range, of->size_bytes());
    const bool is_there = of->arrived_until(wanted.begin) >= wanted.end;
    auto* worker = of->want(wanted, filling::wanted_for::reader, std::move(opened));
    if (worker) work_.spawn(executor, fill(digest, of, worker));
    const blob_origin brought_by = worker && !is_there ? blob_origin::store : blob_origin::shared;
    return std::make_unique<filling_source>(std::move(of), wanted, std::move(from_store), brought_by, meter);
}

awaitable<void> disk_cache::fill(std::string digest, std::shared_ptr<filling> of, filling::worker* worker) {
    co_await of->run(worker);
    if (of->take_complete()) {
        const auto work = [&] { return admit(digest, *of); };
        const auto admitted = co_await verifier_.run(work);
        if (admitted) {
            remember(*admitted);
            {
                const std::lock_guard lock{mutex_};
                ++entries_;
                filling_.erase(digest);  // what it took of the limit is the cached file's now
            }
            const auto open = [this, file = *admitted](storage::byte_range range, const reopen& from_store,
                                                       blob_origin kept_from, blob_meter meter) {
                return open_cached(file, range, from_store, kept_from, meter);
            };
            co_return of->has_been_admitted(open);
        }
        of->give_up(admitted.error());
    }
    if (of->has_failed()) co_return forget(digest, of);

    // Some of it, for which nobody waits. A few may stay, for the ranges that come next.
    of.reset();
    if (fillings() > most_idle_fillings) forget_idle_filling(whenever);
}

std::size_t disk_cache::fillings() const {
    const std::lock_guard lock{mutex_};
    return filling_.size();
}

// An error where the bytes are not those of the digest, or the disk does not take them.
result<std::shared_ptr<cached_file>, std::string> disk_cache::admit(const std::string& digest, filling& of) {
    step_back();
    const auto parsed = oci::digest::parse(digest);
    hasher hash{parsed->algorithm()};
    std::vector<std::uint64_t> checksums;
    std::vector<char> block(block_bytes);
    const std::string name = blob_file(digest);
    try {
        for (std::uint64_t at = 0; at < of.size_bytes(); at += block_bytes) {
            if (stopping_) return std::string{"the disk cache is stopping"};
            const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(block_bytes, of.size_bytes() - at));
            if (storage::files::read_at(of.file(), of.path(), block.data(), size, at) < size)
                return std::string{"its file was cut off"};
            hash.update(block.data(), size);
            checksums.push_back(checksum_of(block.data(), size));
        }
        if (hash.finish_hex() != parsed->hex()) return "the store's bytes are not those of " + digest;
        make_folder(fs::path{name}.parent_path());
        if (::rename(of.path().c_str(), name.c_str()) != 0)
            return "cannot become " + name + ": " + std::strerror(errno);
    } catch (const storage::error& error) {
        return std::string{error.what()};
    }
    storage::unique_fd file = of.keep();
    try {
        index_->add({digest, of.size_bytes(), checksums}, of.last_wanted());
    } catch (const std::runtime_error& error) {
        ::unlink(name.c_str());
        return std::string{error.what()};
    }
    return std::make_shared<cached_file>(digest, std::move(file), of.size_bytes(), std::move(checksums));
}

awaitable<bool> disk_cache::pin(std::string name, std::vector<disk_index::entry> blobs) {
    const auto work = [&] { return index_->pin(name, blobs, options_.max_bytes); };
    co_return co_await pool_.run(work);
}

awaitable<bool> disk_cache::unpin(std::string name) {
    const auto work = [&] { return index_->unpin(name); };
    co_return co_await pool_.run(work);
}

awaitable<std::vector<disk_index::pinned_name>> disk_cache::pins() {
    const auto work = [&] { return index_->pins(); };
    co_return co_await pool_.run(work);
}

awaitable<void> disk_cache::tidy() {
    std::vector<std::string> folders;
    const auto list = [&] {
        step_back();
        std::error_code ignored;
        fs::remove_all(options_.directory + "/left", ignored);
        for (const auto& folder : fs::directory_iterator{options_.directory + "/blobs", ignored})
            folders.push_back(folder.path().string());
    };
    co_await verifier_.run(list);
    for (const std::string& folder : folders) {
        if (stopping_) co_return;
        const auto look = [&] {
            step_back();
            std::error_code ignored;
            try {
                for (const auto& file : fs::directory_iterator{folder, ignored}) {
                    std::string digest = file.path().filename().string();
                    if (const auto dash = digest.find('-'); dash != std::string::npos) digest[dash] = ':';
                    if (!index_->find(digest)) fs::remove(file.path(), ignored);
                }
            } catch (const std::runtime_error& error) {
                log::warn("the disk cache cannot be tidied", {{"folder", folder}, {"because", error.what()}});
            }
        };
        co_await verifier_.run(look);
    }
}

awaitable<bool> disk_cache::stop() {
    stopping_ = true;
    work_.cancel();
    const bool ended = co_await work_.wait(std::chrono::seconds{5});
    const auto keep_uses = [&] {
        try {
            write_uses();
        } catch (const std::runtime_error& error) {
            log::warn("the disk cache cannot be written to", {{"because", error.what()}});
        }
    };
    co_await pool_.run(keep_uses);
    fillings_by_digest partial;
    const std::lock_guard lock{mutex_};
    partial.swap(filling_);
    co_return ended;
}

}  // namespace berth::cache
