#include "registry/upload_state.hpp"

#include "oci/digest.hpp"
#include "oci/json_reading.hpp"

#include <boost/json/serialize.hpp>

namespace berth::registry {

namespace json = boost::json;

std::string upload_state::to_text() const {
    return json::serialize(json::object{
        {"offset", offset}, {"function", oci::name_of(hashed_with)}, {"hash", hash.state()}, {"saved", saved}});
}

std::optional<upload_state> upload_state::parse(std::string_view text) {
    constexpr std::size_t json_depth = 2;
    const auto object = oci::parse_object(text, json_depth);
    if (!object) return std::nullopt;
    const json::value* offset = object->if_contains("offset");
    const auto name = oci::find_string(*object, "function"), hash = oci::find_string(*object, "hash");
    auto saved = oci::find_string(*object, "saved");
    if (!offset || !offset->is_number() || !name || !hash || !saved) return std::nullopt;
    boost::system::error_code failed;
    const auto bytes = offset->to_number<std::uint64_t>(failed);
    const auto function = oci::parse_algorithm(*name);
    if (failed || !function) return std::nullopt;
    auto running = hasher::resume(*function, *hash);
    if (!running || running->size_bytes() != bytes) return std::nullopt;
    return upload_state{bytes, std::move(*running), *function, std::move(*saved)};
}

}  // namespace berth::registry
