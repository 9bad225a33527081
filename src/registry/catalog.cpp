#include "registry/catalog.hpp"

#include "async/for_each.hpp"
#include "registry/listing.hpp"
#include "registry/when_away.hpp"
#include "storage/layout.hpp"

#include <algorithm>
#include <cassert>
#include <span>
#include <string_view>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

/// How many folders are looked into side by side.
constexpr std::size_t looks_at_once = 8;

/// A place in the tree of repositories: in the folder of `name` (empty: the root), after what it holds up to `after`.
struct position {
    std::string name;
    std::string after;
};

std::string join(const std::string& name, std::string_view component) {
    return name.empty() ? std::string{component} : name + "/" + std::string{component};
}

// Where a walk goes on that has met `last` and all before it. Only what is a well-formed name becomes part of a path.
position position_after(std::string_view last) {
    position at;
    for (;;) {
        const std::string_view component = last.substr(0, last.find('/'));
        std::string below = join(at.name, component);
        if (!oci::repository_name::parse(below)) {
            at.after = list_position(component);
            return at;
        }
        at.name = std::move(below);
        if (component.size() == last.size()) return at;
        last.remove_prefix(component.size() + 1);
    }
}

/// A folder that can be a repository, and the first names in it.
struct folder {
    oci::repository_name name;
    storage::name_page entries{};
    bool holds_repository = false;
};

/// Collects repositories, parents before children, until there are enough.
class walk {
public:
    walk(storage::driver& driver, std::size_t enough) : driver_{driver}, enough_{enough} {}

    bool done() const { return found_.size() >= enough_; }
    std::vector<std::string>& found() { return found_; }

    /// All repositories in the folder of a name, itself not counted, that come after `after` in it.
    awaitable<void> visit(position from) {
        storage::name_page entries = co_await list(from.name, std::move(from.after));
        co_await visit_entries(from.name, std::move(entries));
    }

private:
    std::size_t wanted() const { return enough_ - found_.size(); }

    awaitable<storage::name_page> list(const std::string& name, std::string after) {
        constexpr std::size_t own_folders = 4;  // beside the repositories below it: _layers, _manifests and so on
        const storage::path path = layout::repositories() + (name.empty() ? "" : "/" + name);
        co_return co_await driver_.list_page(path, std::move(after), wanted() + own_folders);
    }

    awaitable<void> visit_entries(const std::string& name, storage::name_page entries) {
        for (;;) {
            co_await visit_children(children_of(name, entries));
            if (done() || !entries.more) co_return;
            entries = co_await list(name, entries.names.back());
        }
    }

    static std::vector<folder> children_of(const std::string& name, const storage::name_page& entries) {
        std::vector<folder> children;
        for (const std::string& entry : entries.names) {
            auto child = oci::repository_name::parse(join(name, entry));
            if (child) children.push_back({std::move(*child)});
        }
        return children;
    }

    // A few at a time are looked into side by side, and then visited one after the other.
    awaitable<void> visit_children(std::vector<folder> children) {
        for (std::span<folder> rest{children}; !rest.empty() && !done();) {
            const auto batch = rest.first(std::min({rest.size(), looks_at_once, wanted()}));
            rest = rest.subspan(batch.size());
            const auto look = [this](folder& child) { return look_into(child); };
            co_await async::for_each(batch, looks_at_once, look);
            for (folder& child : batch) {
                if (done()) co_return;
                if (child.holds_repository) found_.push_back(child.name.str());
                if (!done()) co_await visit_entries(child.name.str(), std::move(child.entries));
            }
        }
    }

    awaitable<void> look_into(folder& child) {
        std::string from_start;
        child.entries = co_await list(child.name.str(), std::move(from_start));
        child.holds_repository = is_repository(child.entries);
        // Many repositories that begin with a digit can stand before the repository's own folders.
        const bool unseen = child.entries.more && child.entries.names.back() < layout::manifests_folder;
        if (unseen && !child.holds_repository) child.holds_repository = co_await repository_exists(driver_, child.name);
    }

    storage::driver& driver_;
    const std::size_t enough_;
    std::vector<std::string> found_;
};

}  // namespace

awaitable<storage::name_page> catalog::list(std::string last, std::size_t limit) {
    assert(limit < storage::all_names / 2 && "the caller bounds what a client asks for");
    if (limit == 0) co_return storage::name_page{};
    walk repositories{driver_, limit + 1};  // one more than wanted, to know whether there are more
    // What is left of the tree: all below `last`, then all after it beside it, then all after its parent, and so on.
    position from = position_after(last);
    for (;;) {
        co_await repositories.visit(from);
        if (repositories.done() || from.name.empty()) break;
        const auto slash = from.name.rfind('/');
        from.after = from.name.substr(slash == from.name.npos ? 0 : slash + 1);
        from.name.resize(slash == from.name.npos ? 0 : slash);
    }
    storage::name_page page{std::move(repositories.found()), false};
    page.more = page.names.size() > limit;
    if (page.more) page.names.resize(limit);
    co_return page;
}

awaitable<bool> catalog::has(const oci::repository_name& name) {
    const auto recall_it = [&] { return recall(name); };
    co_return co_await ask_or_recall(repository_exists(driver_, name), recall_it);
}

awaitable<std::optional<bool>> catalog::recall(const oci::repository_name& name) {
    if (!memory_ || !memory_->last) co_return std::nullopt;
    co_return co_await memory_->last->knows(name);
}

}  // namespace berth::registry
