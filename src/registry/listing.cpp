#include "registry/listing.hpp"

#include "storage/layout.hpp"

#include <algorithm>

namespace berth::registry {

namespace layout = storage::layout;

std::string list_position(std::string_view last) {
    constexpr std::size_t longest_name = 255;
    constexpr char below_names = '!', above_names = '~';  // the first and the last printable character
    last = last.substr(0, longest_name);
    const auto is_strange = [](char c) { return c < below_names || c > above_names; };
    const auto strange = std::ranges::find_if(last, is_strange);
    std::string position{last.begin(), strange};
    // No name has that character, so names that are equal up to there lie all before it or all after it.
    if (strange != last.end() && static_cast<unsigned char>(*strange) > above_names) position += above_names;
    return position;
}

bool is_repository(const storage::name_page& folder) {
    const auto holds = [&](std::string_view name) { return std::ranges::binary_search(folder.names, name); };
    return holds(layout::layers_folder) || holds(layout::manifests_folder);
}

awaitable<bool> repository_exists(storage::driver& driver, const oci::repository_name& name) {
    // Names from here on, without those of repositories that lie below this one and begin with a digit.
    std::string just_before{layout::layers_folder.substr(0, layout::layers_folder.size() - 1)};
    constexpr std::size_t both_folders = 2;
    const auto page = co_await driver.list_page(layout::repository(name), std::move(just_before), both_folders);
    co_return is_repository(page);
}

}  // namespace berth::registry
