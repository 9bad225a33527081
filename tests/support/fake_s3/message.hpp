#pragma once

#include "support/fake_s3/content.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace berth::test::s3 {

using text_map = std::map<std::string, std::string, std::less<>>;

/// A request as it came over the wire.
struct incoming {
    std::string method;
    std::string raw_path;   ///< Still percent-encoded: signatures are over that.
    std::string raw_query;  ///< The same.
    text_map headers;       ///< Names in lower case; repeated headers joined by ",".
    std::string body;

    std::string bucket;  ///< Decoded, from raw_path.
    std::string key;     ///< The same.
    text_map query;      ///< Decoded.

    /// Empty where there is no such header or parameter.
    std::string header(std::string_view name) const;
    std::string parameter(std::string_view name) const;
    bool has_parameter(std::string_view name) const { return query.contains(name); }
};

/// Fills bucket, key and query in from the raw parts.
void decode_target(incoming& request);

/// What S3 calls the request: "GetObject". "Unknown" for what this server does not do.
std::string operation_name(const incoming& request);

/// An answer, but for the headers that every answer has.
struct outgoing {
    int status = 200;
    std::string code{};  ///< Of an error; empty for a success.
    text_map headers{};
    content body{};
};

/// An answer with an XML document.
outgoing xml_answer(std::string_view document);
/// An error as S3 writes it. `more` is XML for inside <Error>.
outgoing error_answer(int status, std::string_view code, std::string_view message, std::string_view more = "");

/// <name>text</name>, escaped.
std::string element(std::string_view name, std::string_view text);

std::string percent_decode(std::string_view text);
/// All but A-Z a-z 0-9 - . _ ~ as %XX; `/` too unless it is to be kept.
std::string percent_encode(std::string_view text, bool keep_slash);

}  // namespace berth::test::s3
