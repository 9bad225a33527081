#include "api/reply.hpp"

#include <boost/json/serialize.hpp>

namespace berth::api::reply {

using http::field;

http::response json(http::status code, std::string body) {
    http::response answer;
    answer.code = code;
    answer.headers.set(field::content_type, "application/json; charset=utf-8");
    answer.body = std::move(body);
    return answer;
}

http::response of_the_moment(http::status code, const boost::json::value& body) {
    http::response answer = json(code, boost::json::serialize(body) + "\n");
    answer.headers.set(field::cache_control, "no-cache");
    return answer;
}

http::response empty(http::status code) {
    http::response answer;
    answer.code = code;
    return answer;
}

http::response errors(const std::vector<oci::error>& errors, std::optional<http::status> code) {
    const auto standard = static_cast<http::status>(oci::http_status(errors.front().code));
    http::response answer = json(code.value_or(standard), oci::to_json(errors));
    if (answer.code == http::status::service_unavailable || answer.code == http::status::too_many_requests)
        answer.headers.set(field::retry_after, "5");
    return answer;
}

http::response error(oci::error error, std::optional<http::status> code) {
    return errors(std::vector{std::move(error)}, code);
}

void warn(http::response& answer, std::string_view text) {
    answer.headers.insert(field::warning, "299 - \"" + std::string{text} + '"');
}

}  // namespace berth::api::reply
