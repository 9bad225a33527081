#include "registry/tag_store.hpp"

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

awaitable<outcome<std::vector<std::string>>> tag_store::list(const oci::repository_name& name) {
    auto found = co_await driver_.list(layout::tags(name));
    std::erase_if(found, [](const std::string& entry) { return !oci::tag::parse(entry); });
    if (found.empty()) co_return oci::error{errc::name_unknown, {}, "{\"name\":\"" + name.str() + "\"}"};
    co_return found;
}

}  // namespace berth::registry
