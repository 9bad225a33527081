// /v2/<name>/tags/list and /v2/_catalog
#include "api/reply.hpp"
#include "api/service.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>
#include <charconv>
#include <limits>

namespace berth::api {

using http::field;
using http::status;
using oci::errc;

namespace {

/// A page of the catalog where the client names no size, as in registry:2.
constexpr std::size_t catalog_default_entries = 100;
/// The largest page. The catalog refuses to give more, as registry:2 does; a list of tags goes on with a Link.
constexpr std::size_t max_entries = 1000;

// The parameter `n`; nothing when it is no number.
std::optional<std::size_t> page_size(const std::string& text) {
    std::size_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error == std::errc::invalid_argument || end != text.data() + text.size()) return std::nullopt;
    return error == std::errc::result_out_of_range ? std::numeric_limits<std::size_t>::max() : n;
}

http::response bad_page_size() {
    return reply::error({errc::pagination_number_invalid, {}, {}});
}

boost::json::array to_array(const std::vector<std::string>& names) {
    return boost::json::array(names.begin(), names.end());
}

// Link: </v2/_catalog?last=b&n=2>; rel="next" (RFC 8288)
void add_next_link(http::response& answer, const std::string& path, const storage::name_page& page, std::size_t n) {
    if (!page.more) return;
    const std::string last = boost::urls::encode(page.names.back(), boost::urls::unreserved_chars);
    answer.headers.set(field::link, "<" + path + "?last=" + last + "&n=" + std::to_string(n) + ">; rel=\"next\"");
}

}  // namespace

awaitable<http::response> service::tags(http::request&, const oci::repository_name& name, const route& where) {
    std::size_t n = storage::all_names;
    if (const auto text = where.parameter("n")) {
        const auto asked = page_size(*text);
        if (!asked) co_return bad_page_size();
        n = std::min(*asked, max_entries);
    }
    const auto page = co_await stores_.tags.list(name, where.parameter("last").value_or(""), n);
    if (!page) co_return reply::error(page.error());
    const boost::json::object body{{"name", name.str()}, {"tags", to_array(page->names)}};
    http::response answer = reply::json(status::ok, boost::json::serialize(body) + "\n");
    add_next_link(answer, "/v2/" + name.str() + "/tags/list", *page, n);
    co_return answer;
}

awaitable<http::response> service::catalog(http::request&, const route& where) {
    std::size_t n = catalog_default_entries;
    if (const auto text = where.parameter("n")) {
        const auto asked = page_size(*text);
        if (!asked || *asked > max_entries) co_return bad_page_size();
        n = *asked;
    }
    const auto page = co_await stores_.catalog.list(where.parameter("last").value_or(""), n);
    const boost::json::object body{{"repositories", to_array(page.names)}};
    http::response answer = reply::json(status::ok, boost::json::serialize(body) + "\n");
    add_next_link(answer, "/v2/_catalog", page, n);
    co_return answer;
}

}  // namespace berth::api
