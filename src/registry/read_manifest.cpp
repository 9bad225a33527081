#include "registry/read_manifest.hpp"

#include "async/both.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "storage/layout.hpp"

namespace berth::registry {

namespace layout = storage::layout;

namespace {

awaitable<result<std::string, no_manifest>> read_bytes(storage::driver& driver, const oci::digest& digest) {
    const storage::byte_range whole;
    const auto file = co_await driver.open(layout::blob_data(digest), whole);
    if (!file) co_return no_manifest::missing;
    if (file->info.size_bytes > oci::max_manifest_bytes) co_return no_manifest::damaged;  // a layer, by its size
    std::string bytes = co_await async::read_all(*file->bytes, oci::max_manifest_bytes);
    if (oci::digest::of(bytes, digest.algorithm()) != digest) co_return no_manifest::damaged;
    co_return bytes;
}

}  // namespace

awaitable<result<std::string, no_manifest>> read_manifest(storage::driver& driver, const oci::repository_name& name,
                                                          const oci::digest& digest) {
    auto [link, bytes] =
        co_await async::both(driver.stat(layout::revision_link(name, digest)), read_bytes(driver, digest));
    // Distribution 2.1.0 wrote manifests' links among the layers', and buckets of that time are still read.
    if (!link && bytes && oci::detect_media_type(*bytes) != oci::media_type::octet_stream)
        link = co_await driver.stat(layout::layer_link(name, digest));
    if (!link) co_return no_manifest::not_held;
    co_return std::move(bytes);
}

}  // namespace berth::registry
