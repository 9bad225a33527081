#include "registry/blob_store.hpp"

#include "async/both.hpp"

namespace berth::registry {

namespace layout = storage::layout;
using oci::errc;
using oci::outcome;

namespace {

oci::error unknown(const oci::digest& digest) {
    return {errc::blob_unknown, {}, "\"" + digest.str() + "\""};
}

}  // namespace

awaitable<outcome<blob>> blob_store::stat(const oci::repository_name& name, const oci::digest& digest) {
    auto [link, data] =
        co_await async::both(driver_.stat(layout::layer_link(name, digest)), driver_.stat(layout::blob_data(digest)));
    std::optional<oci::digest> stored_as;
    if (link && !data) {
        const auto content = co_await driver_.find(layout::layer_link(name, digest), layout::max_link_bytes);
        const auto place = layout::parse_link(content.value_or(""));
        if (place && *place != digest) stored_as = *place;
        if (stored_as) data = co_await driver_.stat(layout::blob_data(*stored_as));
    }
    if (!link || !data) {
        if (cache_) co_await cache_->forget(name, digest);
        co_return unknown(digest);
    }
    blob found{digest, data->size_bytes, stored_as};
    co_await remember(name, found);
    co_return found;
}

awaitable<void> blob_store::remember(const oci::repository_name& name, const blob& what) {
    holders_.remember(what.digest, name);
    if (cache_ && !what.stored_as) co_await cache_->put(name, what.digest, what.size_bytes);
}

awaitable<outcome<blob>> blob_store::find(const oci::repository_name& name, const oci::digest& digest) {
    if (cache_) {
        const auto size_bytes = co_await cache_->find(name, digest);
        if (size_bytes) co_return blob{digest, *size_bytes, std::nullopt, true};
    }
    co_return co_await stat(name, digest);
}

awaitable<outcome<storage::open_file>> blob_store::open(const oci::repository_name& name, const blob& what,
                                                        storage::byte_range range) {
    auto [linked, file] =
        co_await async::both(is_linked(name, what), driver_.open(layout::blob_data(what.place()), range));
    if (!linked) {
        co_await cache_->forget(name, what.digest);
        co_return unknown(what.digest);
    }
    // A size other than the one announced means that the cache, or somebody's write into the bucket, is wrong.
    if (!file || file->info.size_bytes != what.size_bytes) {
        if (cache_) co_await cache_->forget(name, what.digest);
        if (file) throw storage::error{"the size of blob " + what.digest.str() + " has changed in the store"};
        co_return unknown(what.digest);
    }
    co_return std::move(*file);
}

// What the cache says of a link may be long out of date: other nodes delete blobs too. Asked beside the bytes, the
// store's word costs no time.
awaitable<bool> blob_store::is_linked(const oci::repository_name& name, const blob& what) {
    if (!what.from_cache) co_return true;
    const auto link = co_await driver_.stat(layout::layer_link(name, what.digest));
    co_return link.has_value();
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

awaitable<outcome<blob>> blob_store::mount_from_anywhere(const oci::repository_name& name, const oci::digest& digest) {
    const auto holder = holders_.find(digest);
    if (!holder) co_return unknown(digest);
    co_return co_await mount(name, *holder, digest);
}

awaitable<outcome<void>> blob_store::remove(const oci::repository_name& name, const oci::digest& digest) {
    const storage::path link = layout::layer_link(name, digest);
    const auto there = co_await driver_.stat(link);
    if (there) co_await driver_.remove(link);
    if (cache_) co_await cache_->forget(name, digest);
    if (!there) co_return unknown(digest);
    co_return outcome<void>{};
}

awaitable<void> blob_store::link(const oci::repository_name& name, const blob& what) {
    co_await driver_.put(layout::layer_link(name, what.digest), what.place().str());
    co_await remember(name, what);
}

}  // namespace berth::registry
