#include "registry/repository_walk.hpp"

#include "async/for_each.hpp"
#include "storage/layout.hpp"

#include <utility>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

class walk {
public:
    walk(storage::driver& driver, const repository_walk& how) : driver_{driver}, how_{how} {}

    awaitable<void> run() {
        const auto top = co_await driver_.list(layout::repositories());
        add_below({}, top);
        while (!below_.empty()) {
            const auto level = std::exchange(below_, {});
            const auto look = [this](const oci::repository_name& name) { return look_into(name); };
            co_await async::for_each(level, how_.at_once, look);
        }
    }

private:
    void add_below(const std::string& prefix, const std::vector<std::string>& entries) {
        for (const std::string& entry : entries) {
            if (entry.starts_with('_')) continue;  // the repository's own
            auto name = oci::repository_name::parse(prefix + entry);
            if (name) {
                below_.push_back(std::move(*name));
            } else {
                how_.on_odd_folder(layout::repositories() + "/" + prefix + entry);
            }
        }
    }

    awaitable<void> look_into(const oci::repository_name& name) {
        const auto entries = co_await driver_.list(layout::repository(name));
        add_below(name.str() + "/", entries);
        co_await how_.visit(name, entries);
    }

    storage::driver& driver_;
    const repository_walk& how_;
    std::vector<oci::repository_name> below_;
};

}  // namespace

awaitable<void> walk_repositories(storage::driver& driver, const repository_walk& how) {
    walk everywhere{driver, how};
    co_await everywhere.run();
}

}  // namespace berth::registry
