#pragma once

#include "base/result.hpp"

#include <boost/assert/source_location.hpp>

#include <span>
#include <string>
#include <string_view>

namespace berth::oci {

/// The error codes of distribution-spec ("Error Codes") and those registry:2 adds. One table in error.cpp
/// holds each one's name on the wire, its default text and its HTTP status.
enum class errc {
    blob_unknown = 1,  // 0 is no error
    blob_upload_invalid,
    blob_upload_unknown,
    denied,
    digest_invalid,
    manifest_blob_unknown,
    manifest_invalid,
    manifest_unknown,
    name_invalid,
    name_unknown,
    pagination_number_invalid,
    range_invalid,
    size_invalid,
    tag_invalid,
    toomanyrequests,
    unauthorized,
    unavailable,
    unknown,
    unsupported,
};

/// One entry of the "errors" list of a response. `detail_json`, when not empty, is a JSON value as text.
struct error {
    errc code;
    std::string message;      ///< Empty: the table's text.
    std::string detail_json;  ///< For example {"digest":"sha256:..."}.
};

/// "BLOB_UNKNOWN"
std::string_view code_name(errc code);
/// The text the table holds for a code.
std::string_view default_message(errc code);
/// The HTTP status a code answers with unless the handler says otherwise, 404 for blob_unknown.
unsigned http_status(errc code);
/// {"errors":[{"code":...,"message":...,"detail":...}]} and a newline, "detail" left out where there is none.
std::string to_json(std::span<const error> errors);

/// What boost::system::result needs to exist for this error type: .value() on an error throws
/// std::runtime_error.
[[noreturn]] void throw_exception_from_error(const error& e, const boost::source_location& where);

/// A value, or the OCI error that the client is to be told.
template <class T>
using outcome = result<T, error>;

}  // namespace berth::oci
