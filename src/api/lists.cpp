// /v2/<name>/tags/list and /v2/_catalog
#include "api/paging.hpp"
#include "api/reply.hpp"
#include "api/service.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace berth::api {

using http::status;

namespace {

/// A page of the catalog where the client names no size, as in registry:2.
constexpr std::size_t catalog_default_entries = 100;

boost::json::array to_array(const std::vector<std::string>& names) {
    return boost::json::array(names.begin(), names.end());
}

// The Link to the page after this one, if there is one.
void link_next_page(http::response& answer, const std::string& path, const storage::name_page& page, std::size_t n) {
    if (page.more) add_next_link(answer, path, {{"last", page.names.back()}, {"n", std::to_string(n)}});
}

}  // namespace

awaitable<http::response> service::tags(http::request&, const oci::repository_name& name, const route& where) {
    std::size_t n = storage::all_names;
    if (const auto text = where.parameter("n")) {
        const auto asked = page_size(*text);
        if (!asked) co_return bad_page_size();
        n = std::min(*asked, options_.max_tags_entries);
    }
    const auto page = co_await stores_.tags.list(name, where.parameter("last").value_or(""), n);
    if (!page) co_return reply::error(page.error());
    const boost::json::object body{{"name", name.str()}, {"tags", to_array(page->names)}};
    http::response answer = reply::json(status::ok, boost::json::serialize(body) + "\n");
    link_next_page(answer, options_.prefix + "/v2/" + name.str() + "/tags/list", *page, n);
    co_return answer;
}

awaitable<http::response> service::catalog(http::request&, const route& where) {
    std::size_t n = std::min(catalog_default_entries, options_.max_catalog_entries);
    if (const auto text = where.parameter("n")) {
        const auto asked = page_size(*text);
        if (!asked || *asked > options_.max_catalog_entries) co_return bad_page_size();
        n = *asked;
    }
    const auto page = co_await stores_.catalog.list(where.parameter("last").value_or(""), n);
    const boost::json::object body{{"repositories", to_array(page.names)}};
    http::response answer = reply::json(status::ok, boost::json::serialize(body) + "\n");
    link_next_page(answer, options_.prefix + "/v2/_catalog", page, n);
    co_return answer;
}

}  // namespace berth::api
