// The input is what S3, or who gives the keys to it, answers beside listings: errors, and results of which one word
// counts.
#include "fuzz/fuzz.hpp"
#include "s3/credentials/documents.hpp"
#include "s3/error.hpp"
#include "s3/xml.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace berth;
    using fuzz::require;
    const std::string_view answer = fuzz::text_of(bytes, size);
    constexpr int ok = 200, not_found = 404;
    if (const auto error = s3::parse_error(answer)) {
        for (const int status : {0, ok, not_found, 500, 503}) {
            const auto verdict = s3::classify(status, error->code);
            require(verdict != s3::verdict::not_found || status == not_found || error->code == "NoSuchKey" ||
                        error->code == "NoSuchUpload",
                    "only who says so says that something is not there");
            (void)s3::advice(status, error->code);
        }
        require(!s3::is_document(answer, "CompleteMultipartUploadResult"), "an error is no success");
    }
    if (const auto id = s3::parse_upload_id(answer)) require(!id->empty(), "an upload has an id");
    if (const auto etag = s3::parse_part_copy_etag(answer)) require(!etag->empty(), "a part has an ETag");
    if (const auto failed = s3::parse_delete_failures(answer))
        require(failed->size() <= answer.size() / 8, "a failure takes an element");
    for (const auto& keys : {s3::parse_json_keys(answer), s3::parse_sts_keys(answer)})
        if (keys) {
            require(!keys->keys.access_key.empty() && !keys->keys.secret_key.empty(), "keys are two");
            (void)s3::dated(*keys, "Wed, 21 Oct 2015 07:28:00 GMT", wall_time{});
        }
    (void)s3::parse_json_complaint(answer);
    (void)s3::parse_sts_complaint(answer);
    return 0;
}
