#include "api/paging.hpp"

#include "api/reply.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <charconv>
#include <limits>

namespace berth::api {

std::optional<std::size_t> page_size(const std::string& text) {
    std::size_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error == std::errc::invalid_argument || end != text.data() + text.size()) return std::nullopt;
    return error == std::errc::result_out_of_range ? std::numeric_limits<std::size_t>::max() : n;
}

http::response bad_page_size() {
    return reply::error({oci::errc::pagination_number_invalid, {}, {}});
}

void add_next_link(http::response& answer, std::string_view path,
                   const std::vector<std::pair<std::string, std::string>>& parameters) {
    std::string target{path};
    for (const auto& [name, value] : parameters)
        target += (&name == &parameters.front().first ? "?" : "&") + name + "=" +
                  boost::urls::encode(value, boost::urls::unreserved_chars);
    answer.headers.set(http::field::link, "<" + target + ">; rel=\"next\"");
}

}  // namespace berth::api
