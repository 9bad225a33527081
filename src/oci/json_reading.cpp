#include "oci/json_reading.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace berth::oci {

namespace json = boost::json;

std::optional<json::object> parse_object(std::string_view bytes, std::size_t max_depth) {
    json::parse_options options;
    options.max_depth = max_depth;
    boost::system::error_code failure;
    json::value value = json::parse(bytes, failure, {}, options);
    if (failure || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::optional<std::string> to_string(const json::value& value) {
    if (value.is_null()) return "";
    if (!value.is_string()) return std::nullopt;
    return std::string{std::string_view{value.get_string()}};
}

std::optional<std::string> find_string(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    if (!value) return "";
    return to_string(*value);
}

}  // namespace berth::oci
