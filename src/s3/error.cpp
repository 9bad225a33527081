#include "s3/error.hpp"

#include <algorithm>
#include <array>

namespace berth::s3 {

namespace {

struct known_code {
    std::string_view code;
    verdict kind;
    std::string_view advice;
};

// Source: docs.aws.amazon.com, "Error responses" of the S3 API reference; Ceph RGW's and MinIO's codes are
// the same.
constexpr std::array table{
    known_code{"SlowDown", verdict::retry_throttled, ""},
    known_code{"ServiceUnavailable", verdict::retry_throttled, ""},
    known_code{"TooManyRequests", verdict::retry_throttled, ""},
    known_code{"RequestLimitExceeded", verdict::retry_throttled, ""},
    known_code{"Throttling", verdict::retry_throttled, ""},
    known_code{"ThrottlingException", verdict::retry_throttled, ""},
    known_code{"KMS.ThrottlingException", verdict::retry_throttled, ""},
    known_code{"BandwidthLimitExceeded", verdict::retry_throttled, ""},
    known_code{"InternalError", verdict::retry, ""},
    known_code{"OperationAborted", verdict::retry, ""},
    known_code{"RequestTimeout", verdict::retry, ""},
    known_code{"RequestTimeTooSkewed", verdict::clock_skew, "set this machine's clock"},
    known_code{"PermanentRedirect", verdict::redirect_region, "correct the region"},
    known_code{"TemporaryRedirect", verdict::redirect_region, "correct the region"},
    known_code{"AuthorizationHeaderMalformed", verdict::redirect_region, "correct the region"},
    known_code{"IllegalLocationConstraintException", verdict::redirect_region, "correct the region"},
    known_code{"ExpiredToken", verdict::refresh_credentials, "the session token has expired: supply new credentials"},
    known_code{"InvalidToken", verdict::refresh_credentials, "the session token is wrong: supply new credentials"},
    known_code{"TokenRefreshRequired", verdict::refresh_credentials, "supply new credentials"},
    known_code{"InvalidAccessKeyId", verdict::refresh_credentials,
               "S3 does not know the access key: correct accesskey"},
    known_code{"SignatureDoesNotMatch", verdict::fail,
               "the secret key is not that of the access key: correct secretkey"},
    known_code{"AccessDenied", verdict::fail, "the credentials lack a permission for this operation"},
    known_code{"AllAccessDisabled", verdict::fail, "the bucket or the account is disabled"},
    known_code{"NoSuchBucket", verdict::fail, "create the bucket or correct its name"},
    known_code{"InvalidBucketName", verdict::fail, "correct the bucket's name"},
    known_code{"NoSuchKey", verdict::not_found, ""},
    known_code{"NoSuchUpload", verdict::fail, "the upload was aborted, by a lifecycle rule perhaps: push again"},
    known_code{"InvalidPart", verdict::fail, "push again"},
    known_code{"InvalidPartOrder", verdict::fail, ""},
    known_code{"EntityTooSmall", verdict::fail, "raise chunksize to 5 MiB or more"},
    known_code{"EntityTooLarge", verdict::fail, ""},
    known_code{"InvalidRange", verdict::fail, ""},
    known_code{"PreconditionFailed", verdict::fail, ""},
    known_code{"MethodNotAllowed", verdict::fail, ""},
    known_code{"NotImplemented", verdict::fail, "this S3 server cannot do that"},
    known_code{"QuotaExceeded", verdict::fail, "raise the bucket's or the user's quota"},
    known_code{"InvalidStorageClass", verdict::fail, "correct storageclass"},
    known_code{"AccessControlListNotSupported", verdict::fail, "the bucket has ACLs disabled: leave objectacl out"},
};

const known_code* find(std::string_view code) {
    const auto found = std::find_if(table.begin(), table.end(), [&](const known_code& k) { return k.code == code; });
    return found == table.end() ? nullptr : &*found;
}

}  // namespace

verdict classify(int status, std::string_view code) {
    if (const known_code* known = find(code)) return known->kind;
    if (status == 429 || status == 503) return verdict::retry_throttled;
    if (status == 301 || status == 307) return verdict::redirect_region;
    if (status == 408) return verdict::retry;
    if (status == 404) return verdict::not_found;
    // S3 says of its late errors (200 with a code): send the request again.
    if (status < 300) return verdict::retry;
    return status >= 500 && status != 501 ? verdict::retry : verdict::fail;
}

void throw_exception_from_error(const failure& why, const boost::source_location&) {
    throw error{why};
}

std::string_view advice(int status, std::string_view code) {
    if (const known_code* known = find(code)) return known->advice;
    if (code.empty() && status == 403)
        return "the credentials are wrong or lack a permission; without s3:ListBucket S3 says this of a "
               "missing object too";
    return {};
}

}  // namespace berth::s3
