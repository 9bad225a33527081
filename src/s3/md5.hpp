#pragma once

#include <span>
#include <string>
#include <string_view>

namespace berth::s3 {

/// The MD5 of `body` in base64: the Content-MD5 header (RFC 1864) that DeleteObjects demands.
std::string content_md5(std::string_view body);

/// The ETag, with its quotes, that S3 gives these bytes where it makes an MD5 of them.
std::string part_etag(std::string_view body);

/// The ETag, without quotes, that S3 gives an upload of parts with these ETags: the MD5 of the parts' MD5s,
/// "-" and their number. Empty when an ETag is no MD5, as under SSE-KMS.
std::string multipart_etag(std::span<const std::string> part_etags);

}  // namespace berth::s3
