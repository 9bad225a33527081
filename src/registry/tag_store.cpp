#include "registry/tag_store.hpp"

#include "async/for_each.hpp"
#include "registry/listing.hpp"
#include "registry/when_away.hpp"

#include <algorithm>
#include <iterator>

namespace berth::registry {

namespace layout = storage::layout;
using oci::errc;
using oci::outcome;

namespace {

oci::error unknown(const oci::tag& tag) {
    return {errc::manifest_unknown, {}, "{\"Tag\":\"" + tag.str() + "\"}"};
}

}  // namespace

awaitable<outcome<tag_target>> tag_store::resolve(const oci::repository_name& name, const oci::tag& tag) {
    const auto recall_it = [&] { return recall(name, tag); };
    const auto read = [&] { return ask_or_recall(read_current(name, tag), recall_it); };
    co_return co_await reads_.run(name.str() + ":" + tag.str(), read);
}

awaitable<outcome<tag_target>> tag_store::read_current(const oci::repository_name& name, const oci::tag& tag) {
    const storage::path path = layout::tag_current_link(name, tag);
    const auto asked = epoch();
    const auto link = co_await driver_.find(path, layout::max_link_bytes);
    if (!link) {
        if (auto* last = last_answers()) last->doubt_tag(name, tag);
        co_return unknown(tag);
    }
    const auto digest = layout::parse_link(*link);
    if (!digest) throw storage::error{"the link " + path + " holds no digest"};
    if (auto* last = last_answers()) last->note_tag(name, tag, *digest, asked);
    co_return tag_target{*digest};
}

awaitable<std::optional<outcome<tag_target>>> tag_store::recall(const oci::repository_name& name, const oci::tag& tag) {
    if (!last_answers()) co_return std::nullopt;
    const auto known = co_await last_answers()->find_tag(name, tag);
    if (!known) co_return std::nullopt;
    co_return tag_target{known->manifest, known->seen};
}

awaitable<void> tag_store::add_to_history(const oci::repository_name& name, const oci::tag& tag,
                                          const oci::digest& manifest) {
    co_await driver_.put(layout::tag_index_link(name, tag, manifest), manifest.str());
}

awaitable<void> tag_store::set(const oci::repository_name& name, const oci::tag& tag, const oci::digest& manifest) {
    const auto asked = epoch();
    co_await driver_.put(layout::tag_current_link(name, tag), manifest.str());
    if (auto* last = last_answers()) last->note_tag(name, tag, manifest, asked);
}

awaitable<outcome<void>> tag_store::remove(const oci::repository_name& name, const oci::tag& tag) {
    const cache::forget_at_end forget{memory_, name, tag};
    const auto link = co_await driver_.stat(layout::tag_current_link(name, tag));
    if (!link) co_return unknown(tag);
    co_await driver_.remove(layout::tag(name, tag));
    co_return outcome<void>{};
}

awaitable<std::vector<oci::tag>> tag_store::remove_all_of(const oci::repository_name& name,
                                                          const oci::digest& manifest) {
    std::vector<oci::tag> removed;
    const auto entries = co_await driver_.list(layout::tags(name));
    const auto check = [&](const std::string& entry) { return remove_if_of(name, entry, manifest, removed); };
    co_await async::for_each(entries, reads_at_once_, check);
    std::ranges::sort(removed, {}, &oci::tag::str);
    co_return removed;
}

awaitable<void> tag_store::remove_if_of(const oci::repository_name& name, const std::string& entry,
                                        const oci::digest& manifest, std::vector<oci::tag>& removed) {
    const auto tag = oci::tag::parse(entry);
    if (!tag) co_return;
    const auto link = co_await driver_.find(layout::tag_current_link(name, *tag), layout::max_link_bytes);
    if (!link) co_return;
    const auto current = layout::parse_link(*link);
    if (!current || *current != manifest) co_return;
    const cache::forget_at_end forget{memory_, name, *tag};
    co_await driver_.remove(layout::tag(name, *tag));
    removed.push_back(*tag);
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
