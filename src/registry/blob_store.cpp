#include "registry/blob_store.hpp"

#include "async/both.hpp"
#include "registry/when_away.hpp"

namespace berth::registry {

namespace layout = storage::layout;
using oci::errc;
using oci::outcome;

namespace {

oci::error unknown(const oci::digest& digest) {
    return {errc::blob_unknown, {}, "\"" + digest.str() + "\""};
}

/// One more, as long as it lives.
class counted_in {
public:
    explicit counted_in(std::atomic<int>& count) : count_{count} { ++count_; }
    ~counted_in() { --count_; }
    counted_in(const counted_in&) = delete;
    counted_in& operator=(const counted_in&) = delete;

private:
    std::atomic<int>& count_;
};

}  // namespace

awaitable<outcome<blob>> blob_store::stat(const oci::repository_name& name, const oci::digest& digest) {
    const auto asked = epoch();
    auto [link, data] =
        co_await async::both(driver_.stat(layout::layer_link(name, digest)), driver_.stat(layout::blob_data(digest)));
    std::optional<oci::digest> stored_as;
    if (link && !data) stored_as = co_await read_place(name, digest);
    if (stored_as) data = co_await driver_.stat(layout::blob_data(*stored_as));
    // A collection may have been wrong about it, beside registries that know nothing of collections.
    if (link && !data) {
        const bool restored = co_await keeper_.restore(digest);
        if (restored) data = co_await driver_.stat(layout::blob_data(digest));
    }
    if (!link || !data) {
        doubt(name, digest);
        co_return unknown(digest);
    }
    blob found{digest, data->size_bytes, stored_as};
    remember(name, found, asked);
    co_return found;
}

awaitable<bool> blob_store::keep(const oci::repository_name& name, const oci::digest& digest, keeper& with) {
    const auto [link, stays] =
        co_await async::both(driver_.stat(layout::layer_link(name, digest)), with.keep(blob_file(digest)));
    if (!link || stays) co_return link&& stays;
    const auto stored_as = co_await read_place(name, digest);
    if (!stored_as) co_return false;
    co_return co_await with.keep(blob_file(*stored_as));
}

// Where the link says that the bytes lie, when that is elsewhere than under their own digest.
awaitable<std::optional<oci::digest>> blob_store::read_place(const oci::repository_name& name,
                                                             const oci::digest& digest) {
    const auto content = co_await driver_.find(layout::layer_link(name, digest), layout::max_link_bytes);
    const auto place = layout::parse_link(content.value_or(""));
    if (!place || *place == digest) co_return std::nullopt;
    co_return *place;
}

awaitable<outcome<blob>> blob_store::find(const oci::repository_name& name, const oci::digest& digest) {
    const auto recall_it = [&] { return last_known(name, digest); };
    co_return co_await ask_or_recall(stat(name, digest), recall_it);
}

awaitable<std::optional<outcome<blob>>> blob_store::last_known(const oci::repository_name& name,
                                                               const oci::digest& digest) {
    if (!memory_ || !memory_->last) co_return std::nullopt;
    const auto size_bytes = co_await memory_->last->find_blob(name, digest);
    if (!size_bytes) co_return std::nullopt;
    co_return blob{digest, *size_bytes, std::nullopt, true};
}

std::optional<blob> blob_store::recall(const oci::repository_name& name, const oci::digest& digest) {
    if (!memory_) return std::nullopt;
    const auto size_bytes = memory_->held.find(cache::holdings::kind::blob, name, digest);
    if (!size_bytes) return std::nullopt;
    return blob{digest, *size_bytes, std::nullopt, true};
}

awaitable<std::optional<blob>> blob_store::recall_shared(const oci::repository_name& name, const oci::digest& digest) {
    if (!memory_ || !memory_->shared) co_return std::nullopt;
    const auto size_bytes = co_await memory_->shared->find(name, digest);
    if (!size_bytes) co_return std::nullopt;
    co_return blob{digest, *size_bytes, std::nullopt, true};
}

void blob_store::remember(const oci::repository_name& name, const blob& what, const cache::node_memory::epoch& asked) {
    holders_.remember(what.digest, name);
    if (memory_ && !what.stored_as) memory_->remember_blob(name, what.digest, what.size_bytes, asked);
}

void blob_store::doubt(const oci::repository_name& name, const oci::digest& digest) {
    if (memory_) memory_->doubt(cache::holdings::kind::blob, name, digest);
}

cache::reopen blob_store::from_store(const oci::digest& place) {
    return [this, place](storage::byte_range range) { return read_on(place, range); };
}

// What the disk cache reads of a blob that somebody is reading already.
awaitable<std::unique_ptr<async::byte_source>> blob_store::read_on(oci::digest place, storage::byte_range range) {
    auto file = co_await driver_.open(layout::blob_data(place), range);
    if (!file) {
        const bool restored = co_await keeper_.restore(place);
        if (restored) file = co_await driver_.open(layout::blob_data(place), range);
    }
    if (!file) throw storage::error{"blob " + place.str() + " went away while it was read"};
    co_return std::move(file->bytes);
}

awaitable<std::optional<storage::open_file>> blob_store::open_in_store(const oci::digest& place,
                                                                       storage::byte_range range) {
    const counted_in opening{opening_};
    co_return co_await driver_.open(layout::blob_data(place), range);
}

// From this node's disk, or from the store and onto the disk. `size_bytes`: what it must have to come from the disk.
awaitable<std::optional<storage::open_file>> blob_store::open_bytes(const oci::digest& place, storage::byte_range range,
                                                                    std::optional<std::uint64_t> size_bytes,
                                                                    cache::blob_meter meter) {
    // What is on its way does not arrive while the store is away; then the driver says so.
    if (disk_ && !(driver_.is_away() && disk_->lacks(place, range))) {
        auto held = co_await disk_->open(place, range, size_bytes, from_store(place), meter);
        if (held) co_return std::move(held);
    }
    auto stored = co_await open_in_store(place, range);
    if (!stored) co_return std::nullopt;
    co_return co_await serve(place, range, std::move(*stored), meter);
}

// To a reader who may have it, and onto the disk.
awaitable<storage::open_file> blob_store::serve(const oci::digest& place, storage::byte_range range,
                                                storage::open_file stored, cache::blob_meter meter) {
    if (disk_) {
        const std::uint64_t whole = stored.info.size_bytes;
        stored.bytes = co_await disk_->keep(place, whole, range, std::move(stored.bytes), from_store(place), meter);
    } else {
        stored.bytes = std::make_unique<cache::metered_source>(std::move(stored.bytes), meter);
    }
    co_return std::move(stored);
}

awaitable<outcome<storage::open_file>> blob_store::open(const oci::repository_name& name, const blob& what,
                                                        storage::byte_range range) {
    const cache::blob_meter meter{traffic_};
    auto file = co_await open_bytes(what.place(), range, what.size_bytes, meter);
    if (file && file->info.size_bytes == what.size_bytes) co_return std::move(*file);
    doubt(name, what.digest);
    // Another size than the store itself has told means that somebody writes into the bucket.
    if (file && !what.is_recalled)
        throw storage::error{"the size of blob " + what.digest.str() + " has changed in the store"};
    co_return unknown(what.digest);
}

awaitable<outcome<blob_store::opened>> blob_store::open_whole(const oci::repository_name& name,
                                                              const oci::digest& digest) {
    const auto recall_it = [&] { return open_last_known(name, digest); };
    co_return co_await ask_or_recall(ask_and_open(name, digest), recall_it);
}

awaitable<std::optional<outcome<blob_store::opened>>> blob_store::open_last_known(const oci::repository_name& name,
                                                                                  const oci::digest& digest) {
    const auto known = co_await last_known(name, digest);
    const storage::byte_range whole;
    if (!disk_ || !known || disk_->lacks(digest, whole)) co_return std::nullopt;
    const cache::blob_meter meter{traffic_};
    auto file = co_await disk_->open(digest, whole, (*known)->size_bytes, from_store(digest), meter);
    if (!file) co_return std::nullopt;
    co_return opened{**known, std::move(*file)};
}

/// All bytes of a blob, before it is known who holds it: on the disk, in the store, or nowhere.
struct blob_store::glimpse {
    bool is_on_disk = false;
    std::optional<storage::open_file> in_store{};
};

awaitable<blob_store::glimpse> blob_store::look_for(const oci::digest& place) {
    glimpse seen;
    if (disk_) seen.is_on_disk = co_await disk_->has(place);
    const storage::byte_range whole;
    if (!seen.is_on_disk) seen.in_store = co_await open_in_store(place, whole);
    co_return std::move(seen);
}

// Nothing is fetched further than its beginning for one whose repository does not hold it.
awaitable<outcome<blob_store::opened>> blob_store::ask_and_open(const oci::repository_name& name,
                                                                const oci::digest& digest) {
    const cache::blob_meter meter{traffic_};
    const auto asked = epoch();
    const storage::byte_range whole;
    auto [link, seen] = co_await async::both(driver_.stat(layout::layer_link(name, digest)), look_for(digest));
    std::optional<storage::open_file> file;
    if (link && seen.is_on_disk) file = co_await open_bytes(digest, whole, std::nullopt, meter);
    if (link && seen.in_store) file = co_await serve(digest, whole, std::move(*seen.in_store), meter);
    std::optional<oci::digest> stored_as;
    if (link && !file) stored_as = co_await read_place(name, digest);
    if (stored_as) file = co_await open_bytes(*stored_as, whole, std::nullopt, meter);
    if (link && !file) {
        const bool restored = co_await keeper_.restore(digest);
        if (restored) file = co_await open_bytes(digest, whole, std::nullopt, meter);
    }
    if (!link || !file) {
        doubt(name, digest);
        co_return unknown(digest);
    }
    blob found{digest, file->info.size_bytes, stored_as};
    remember(name, found, asked);
    co_return opened{std::move(found), std::move(*file)};
}

awaitable<cache::brought> blob_store::bring(const blob& what, storage::byte_range range) {
    using enum cache::brought::state;
    const oci::digest& place = what.place();
    std::unique_ptr<async::byte_source> opened;
    if (!co_await disk_->has(place)) {
        if (what.size_bytes > disk_->max_bytes()) co_return cache::brought{does_not_fit, "it is larger than the cache"};
        std::optional<storage::open_file> file;
        try {
            file = co_await driver_.open(layout::blob_data(place), range);
        } catch (const storage::error& error) {
            co_return cache::brought{failed, error.what()};
        }
        if (!file) co_return cache::brought{failed, "the storage does not have it"};
        if (file->info.size_bytes != what.size_bytes)
            co_return cache::brought{failed, "it has another size in the storage"};
        opened = std::move(file->bytes);
    }
    co_return co_await disk_->bring(place, what.size_bytes, range, from_store(place), std::move(opened));
}

std::optional<std::string> blob_store::presigned_get(const blob& what, std::chrono::seconds lifetime) {
    return driver_.presigned_get(layout::blob_data(what.place()), lifetime);
}

awaitable<outcome<blob>> blob_store::mount(const oci::repository_name& name, const oci::repository_name& from,
                                           const oci::digest& digest) {
    auto source = co_await stat(from, digest);
    if (source) co_await link(name, *source);
    co_return source;
}

awaitable<outcome<void>> blob_store::remove(const oci::repository_name& name, const oci::digest& digest) {
    {
        const cache::forget_at_end forget{memory_, cache::holdings::kind::blob, name, digest};
        const storage::path link = layout::layer_link(name, digest);
        const auto there = co_await driver_.stat(link);
        if (!there) co_return unknown(digest);
        co_await driver_.remove_file(link);
    }
    if (memory_) co_await memory_->settle();
    co_return outcome<void>{};
}

awaitable<void> blob_store::link(const oci::repository_name& name, const blob& what) {
    const auto asked = epoch();
    co_await driver_.put(layout::layer_link(name, what.digest), what.place().str());
    remember(name, what, asked);
}

}  // namespace berth::registry
