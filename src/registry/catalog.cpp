#include "registry/catalog.hpp"

#include "oci/names.hpp"
#include "storage/layout.hpp"

#include <algorithm>

namespace berth::registry {

bool comes_before(std::string_view a, std::string_view b) {
    // "/" sorts below every character of a name, so a component that ends is smaller than one that goes on.
    const auto weight = [](char c) { return c == '/' ? 0 : static_cast<unsigned char>(c); };
    return std::ranges::lexicographical_compare(a, b, {}, weight, weight);
}

awaitable<catalog::page> catalog::list(std::string last, std::size_t limit) {
    page found;
    if (limit != 0) co_await walk({}, last, limit, found);
    co_return found;
}

// Visits the folder of `name` and those below it. One listing a folder; folders that end before `last` are not entered.
awaitable<void> catalog::walk(std::string name, const std::string& last, std::size_t limit, page& found) {
    const storage::path folder = storage::layout::repositories() + (name.empty() ? "" : "/" + name);
    const std::vector<std::string> entries = co_await driver_.list(folder);
    const auto has = [&](std::string_view entry) { return std::ranges::binary_search(entries, entry); };
    if (!name.empty() && comes_before(last, name) && (has("_layers") || has("_manifests"))) {
        if (found.names.size() == limit) {
            found.more = true;
            co_return;
        }
        found.names.push_back(name);
    }
    for (const std::string& entry : entries) {
        const std::string child = name.empty() ? entry : name + "/" + entry;
        const bool all_before_last = comes_before(child, last) && !last.starts_with(child + "/");
        if (all_before_last || !oci::repository_name::parse(child)) continue;
        co_await walk(child, last, limit, found);
        if (found.more) co_return;
    }
}

}  // namespace berth::registry
