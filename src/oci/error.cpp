#include "oci/error.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <stdexcept>

namespace berth::oci {

namespace {

struct entry {
    errc code;
    std::string_view name;
    std::string_view message;
    unsigned status;
};

// Names, texts and statuses are registry:2's, so that clients which look at any of them see no difference.
constexpr std::array<entry, 19> table{{
    {errc::blob_unknown, "BLOB_UNKNOWN", "blob unknown to registry", 404},
    {errc::blob_upload_invalid, "BLOB_UPLOAD_INVALID", "blob upload invalid", 404},
    {errc::blob_upload_unknown, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry", 404},
    {errc::denied, "DENIED", "requested access to the resource is denied", 403},
    {errc::digest_invalid, "DIGEST_INVALID", "provided digest did not match uploaded content", 400},
    {errc::manifest_blob_unknown, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", 400},
    {errc::manifest_invalid, "MANIFEST_INVALID", "manifest invalid", 400},
    {errc::manifest_unknown, "MANIFEST_UNKNOWN", "manifest unknown", 404},
    {errc::name_invalid, "NAME_INVALID", "invalid repository name", 400},
    {errc::name_unknown, "NAME_UNKNOWN", "repository name not known to registry", 404},
    {errc::pagination_number_invalid, "PAGINATION_NUMBER_INVALID", "invalid number of results requested", 400},
    {errc::range_invalid, "RANGE_INVALID", "invalid content range", 416},
    {errc::size_invalid, "SIZE_INVALID", "provided length did not match content length", 400},
    {errc::tag_invalid, "TAG_INVALID", "manifest tag did not match URI", 400},
    {errc::toomanyrequests, "TOOMANYREQUESTS", "too many requests", 429},
    {errc::unauthorized, "UNAUTHORIZED", "authentication required", 401},
    {errc::unavailable, "UNAVAILABLE", "service unavailable", 503},
    {errc::unknown, "UNKNOWN", "unknown error", 500},
    {errc::unsupported, "UNSUPPORTED", "The operation is unsupported.", 405},
}};

const entry& find(errc code) {
    const auto found = std::ranges::find(table, code, &entry::code);
    assert(found != table.end());
    return *found;
}

std::string quoted(std::string_view text) {
    return boost::json::serialize(boost::json::string{text});
}

std::string_view message_of(const error& e) {
    return e.message.empty() ? default_message(e.code) : std::string_view{e.message};
}

}  // namespace

std::string_view code_name(errc code) {
    return find(code).name;
}

std::string_view default_message(errc code) {
    return find(code).message;
}

unsigned http_status(errc code) {
    return find(code).status;
}

std::string to_json(std::span<const error> errors) {
    std::string out = R"({"errors":[)";
    for (const error& e : errors) {
        if (&e != &errors.front()) out += ',';
        out += R"({"code":)" + quoted(code_name(e.code)) + R"(,"message":)" + quoted(message_of(e));
        if (!e.detail_json.empty()) out += R"(,"detail":)" + e.detail_json;
        out += '}';
    }
    return out += "]}\n";
}

void throw_exception_from_error(const error& e, const boost::source_location&) {
    throw std::runtime_error{std::string{code_name(e.code)} + ": " + std::string{message_of(e)}};
}

}  // namespace berth::oci
