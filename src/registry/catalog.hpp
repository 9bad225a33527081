#pragma once

#include "storage/driver.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::registry {

/// Which repositories there are. Thread-safe. The driver outlives the catalog.
class catalog {
public:
    explicit catalog(storage::driver& driver) : driver_{driver} {}

    struct page {
        std::vector<std::string> names;
        bool more = false;  ///< There are names after the last one.
    };
    /// At most `limit` names after `last` (empty: from the start), a parent before its children: "a", "a/b", "a-b".
    /// A repository is a folder that holds blobs or manifests.
    awaitable<page> list(std::string last, std::size_t limit);

private:
    awaitable<void> walk(std::string name, const std::string& last, std::size_t limit, page& found);

    storage::driver& driver_;
};

/// The order of the catalog: component by component, so that a name comes before all that lie below it.
bool comes_before(std::string_view a, std::string_view b);

}  // namespace berth::registry
