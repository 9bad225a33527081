#pragma once

#include "base/time_format.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// S3's XML, read and written. A DTD is never followed. What is not the expected document parses to nothing:
/// what came over the wire decides no more than that. Source: docs.aws.amazon.com, S3 API reference.
namespace berth::s3 {

/// No answer that we read as a whole is larger: 1,000 keys of 1,024 bytes with all that goes with them.
inline constexpr std::size_t max_xml_bytes = 8 * 1024 * 1024;

/// <Error><Code>NoSuchKey</Code><Message>...</Message><Region>...</Region></Error>
struct error_body {
    std::string code;
    std::string message;
    std::string region;  ///< Where the bucket is, if S3 says so.
};
std::optional<error_body> parse_error(std::string_view xml);

/// One page of ListObjectsV2.
struct object_page {
    struct object {
        std::string key;
        std::uint64_t size_bytes = 0;
        wall_time modified{};
    };
    std::vector<object> objects;
    std::vector<std::string> common_prefixes;
    std::string next_token;  ///< Empty on the last page.
};
std::optional<object_page> parse_object_page(std::string_view xml);

/// <InitiateMultipartUploadResult><UploadId>...
std::optional<std::string> parse_upload_id(std::string_view xml);

/// Whether `xml` is a whole document with that root, such as "CompleteMultipartUploadResult". The ETag within
/// is not looked at: Ceph RGW 16 leaves it empty.
bool is_document(std::string_view xml, const char* root);

/// <CopyPartResult><ETag>"..."</ETag>..., with the quotes.
std::optional<std::string> parse_part_copy_etag(std::string_view xml);

struct completed_part {
    unsigned number = 0;
    std::string etag;
};
/// <CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"..."</ETag></Part>...
std::string complete_request(std::span<const completed_part> parts);

/// One page of ListMultipartUploads.
struct upload_page {
    struct upload {
        std::string key;
        std::string id;
        wall_time begun{};
    };
    std::vector<upload> uploads;
    std::string next_key_marker;  ///< Both empty on the last page.
    std::string next_id_marker;
};
std::optional<upload_page> parse_upload_page(std::string_view xml);

/// <Delete><Quiet>true</Quiet><Object><Key>...</Key></Object>...
std::string delete_request(std::span<const std::string> keys);
/// The keys that DeleteObjects could not delete.
std::optional<std::vector<std::string>> parse_delete_failures(std::string_view xml);

}  // namespace berth::s3
