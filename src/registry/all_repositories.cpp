#include "registry/all_repositories.hpp"

#include "async/for_each.hpp"
#include "registry/listing.hpp"
#include "storage/layout.hpp"

#include <algorithm>
#include <utility>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

/// How many folders are looked into side by side.
constexpr std::size_t looks_at_once = 16;

std::vector<oci::repository_name> names_below(const std::string& prefix, const std::vector<std::string>& entries) {
    std::vector<oci::repository_name> names;
    for (const std::string& entry : entries) {
        if (entry.starts_with('_')) continue;  // the repository's own
        auto name = oci::repository_name::parse(prefix + entry);
        if (!name)
            throw storage::error{layout::repositories() + "/" + prefix + entry +
                                 " is no folder of a repository; find out what it is, and move it away"};
        names.push_back(std::move(*name));
    }
    return names;
}

// Goes down a level at a time.
class search {
public:
    explicit search(storage::driver& driver) : driver_{driver} {}

    awaitable<std::vector<oci::repository_name>> find_all() {
        const auto top = co_await driver_.list(layout::repositories());
        below_ = names_below({}, top);
        while (!below_.empty()) {
            const auto level = std::exchange(below_, {});
            const auto look = [this](const oci::repository_name& name) { return look_into(name); };
            co_await async::for_each(level, looks_at_once, look);
        }
        std::ranges::sort(found_);
        co_return std::move(found_);
    }

private:
    awaitable<void> look_into(const oci::repository_name& name) {
        storage::name_page entries;
        entries.names = co_await driver_.list(layout::repository(name));
        if (is_repository(entries)) found_.push_back(name);
        const auto names = names_below(name.str() + "/", entries.names);
        below_.insert(below_.end(), names.begin(), names.end());
    }

    storage::driver& driver_;
    std::vector<oci::repository_name> below_;
    std::vector<oci::repository_name> found_;
};

}  // namespace

awaitable<std::vector<oci::repository_name>> all_repositories(storage::driver& driver) {
    search everywhere{driver};
    co_return co_await everywhere.find_all();
}

}  // namespace berth::registry
