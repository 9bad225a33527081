#include "registry/trash.hpp"

#include "async/for_each.hpp"
#include "registry/keeper.hpp"

namespace berth::registry {

namespace layout = storage::layout;

awaitable<trash::counts> trash::look_through() {
    constexpr std::size_t at_once = 16;
    storage::path last;
    storage::file_page page;
    do {
        page = co_await driver_.list_files(layout::trash(), last, 1000);
        if (!page.files.empty()) last = page.files.back().file;
        const auto look_at_one = [this](const storage::listed_file& one) { return look_at(one); };
        co_await async::for_each(page.files, at_once, look_at_one);
    } while (page.more);
    co_return counts_;
}

awaitable<void> trash::look_at(const storage::listed_file& one) {
    const auto digest = layout::parse_trashed_blob(one.file);
    if (!digest) co_return;
    if (options_.is_referred_to(*digest)) {
        const auto there = co_await driver_.stat(layout::blob_data(*digest));
        bool restored = false;
        if (!there) restored = co_await keeper{driver_}.restore(*digest);
        if (restored) ++counts_.restored;
    } else if (one.modified < options_.older_than) {
        co_await driver_.remove_file(one.file);
        ++counts_.emptied;
        counts_.emptied_bytes += one.size_bytes;
        co_return;
    }
    ++counts_.held;
    counts_.held_bytes += one.size_bytes;
}

}  // namespace berth::registry
