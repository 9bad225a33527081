#include "registry/tag_store.hpp"

#include "registry/listing.hpp"

#include <algorithm>
#include <iterator>

namespace berth::registry {

namespace layout = storage::layout;
using oci::errc;
using oci::outcome;

awaitable<outcome<oci::digest>> tag_store::resolve(const oci::repository_name& name, const oci::tag& tag) {
    const storage::path path = layout::tag_current_link(name, tag);
    const auto link = co_await driver_.find(path, layout::max_link_bytes);
    if (!link) co_return oci::error{errc::manifest_unknown, {}, "{\"Tag\":\"" + tag.str() + "\"}"};
    const auto digest = layout::parse_link(*link);
    if (!digest) throw storage::error{"the link " + path + " holds no digest"};
    co_return *digest;
}

awaitable<void> tag_store::set(const oci::repository_name& name, const oci::tag& tag, const oci::digest& manifest) {
    co_await driver_.put(layout::tag_index_link(name, tag, manifest), manifest.str());
    co_await driver_.put(layout::tag_current_link(name, tag), manifest.str());
}

awaitable<outcome<storage::name_page>> tag_store::list(const oci::repository_name& name, std::string last,
                                                       std::size_t limit) {
    storage::name_page found;
    // One more than wanted, to know whether there are more.
    const std::size_t enough = limit == storage::all_names ? limit : limit + 1;
    std::string after = list_position(last);
    for (bool more = limit != 0; more && found.names.size() < enough;) {
        storage::name_page page = co_await driver_.list_page(layout::tags(name), after, enough);
        more = page.more;
        if (more) after = page.names.back();
        std::erase_if(page.names, [](const std::string& entry) { return !oci::tag::parse(entry); });
        std::ranges::move(page.names, std::back_inserter(found.names));
    }
    if (found.names.empty()) {
        const bool exists = co_await repository_exists(driver_, name);
        if (!exists) co_return oci::error{errc::name_unknown, {}, "{\"name\":\"" + name.str() + "\"}"};
    }
    found.more = found.names.size() > limit;
    if (found.more) found.names.resize(limit);
    co_return found;
}

}  // namespace berth::registry
