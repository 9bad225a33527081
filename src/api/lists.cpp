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

/// A page of the catalog where the client names no size, and the largest it can ask for; both as in registry:2.
constexpr std::size_t catalog_default_entries = 100;
constexpr std::size_t catalog_max_entries = 1000;

boost::json::array to_array(const std::vector<std::string>& names) {
    return boost::json::array(names.begin(), names.end());
}

}  // namespace

awaitable<http::response> service::tags(http::request&, const oci::repository_name& name, const route& where) {
    auto found = co_await stores_.tags.list(name);
    if (!found) co_return reply::error(found.error());

    const std::string last = where.parameter("last").value_or("");
    found->erase(found->begin(), std::ranges::upper_bound(*found, last));
    bool more = false;
    std::size_t n = found->size();
    if (const auto text = where.parameter("n")) {
        const auto asked = page_size(*text, std::numeric_limits<std::size_t>::max());
        if (!asked) co_return bad_page_size();
        n = *asked;
        more = n != 0 && found->size() > n;
        if (found->size() > n) found->resize(n);
    }
    const boost::json::object body{{"name", name.str()}, {"tags", to_array(*found)}};
    http::response answer = reply::json(status::ok, boost::json::serialize(body) + "\n");
    if (more)
        add_next_link(answer, "/v2/" + name.str() + "/tags/list", {{"last", found->back()}, {"n", std::to_string(n)}});
    co_return answer;
}

awaitable<http::response> service::catalog(http::request&, const route& where) {
    std::size_t n = catalog_default_entries;
    if (const auto text = where.parameter("n")) {
        const auto asked = page_size(*text, catalog_max_entries);
        if (!asked) co_return bad_page_size();
        n = *asked;
    }
    const auto page = co_await stores_.catalog.list(where.parameter("last").value_or(""), n);
    const boost::json::object body{{"repositories", to_array(page.names)}};
    http::response answer = reply::json(status::ok, boost::json::serialize(body) + "\n");
    if (page.more) add_next_link(answer, "/v2/_catalog", {{"last", page.names.back()}, {"n", std::to_string(n)}});
    co_return answer;
}

}  // namespace berth::api
