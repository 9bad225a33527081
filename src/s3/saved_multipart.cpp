#include "s3/saved_multipart.hpp"

#include "oci/json_reading.hpp"
#include "s3/part_plan.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace berth::s3 {

namespace json = boost::json;

namespace {

std::optional<std::uint64_t> number_at(const json::object& object, std::string_view key) {
    const json::value* found = object.if_contains(key);
    if (!found || !found->is_number()) return std::nullopt;
    boost::system::error_code failed;
    const auto number = found->to_number<std::uint64_t>(failed);
    if (failed) return std::nullopt;
    return number;
}

}  // namespace

std::string saved_multipart::to_text() const {
    json::object object{{"upload", upload_id}, {"sent", sent_bytes}, {"rest", rest_bytes}};
    object["parts"] = json::array(etags.begin(), etags.end());
    return json::serialize(object);
}

std::optional<saved_multipart> saved_multipart::parse(std::string_view text) {
    constexpr std::size_t json_depth = 3;
    const auto object = oci::parse_object(text, json_depth);
    if (!object) return std::nullopt;
    const auto id = oci::find_string(*object, "upload");
    const auto sent = number_at(*object, "sent"), rest = number_at(*object, "rest");
    const json::value* parts = object->if_contains("parts");
    if (!id || !sent || !rest || !parts || !parts->is_array()) return std::nullopt;
    saved_multipart read{*id, {}, *sent, *rest};
    for (const json::value& part : parts->get_array()) {
        auto etag = oci::to_string(part);
        if (!etag || etag->empty()) return std::nullopt;
        read.etags.push_back(std::move(*etag));
    }
    const bool has_parts = !read.etags.empty();
    if (has_parts == read.upload_id.empty() || has_parts != (read.sent_bytes != 0)) return std::nullopt;
    if (read.etags.size() > max_parts || read.size_bytes() < read.sent_bytes) return std::nullopt;
    return read;
}

}  // namespace berth::s3
