#pragma once

#include "base/result.hpp"

#include <boost/assert/source_location.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace berth::s3 {

/// What to do about an answer that is no success.
enum class verdict {
    retry,                ///< The server or the line failed; the same request may succeed.
    retry_throttled,      ///< The server wants fewer requests.
    clock_skew,           ///< Our clock is wrong: take the server's, sign again.
    redirect_region,      ///< The bucket is in another region: ask there.
    refresh_credentials,  ///< The keys have expired, or are unknown: new ones would do.
    not_found,            ///< The object is not there: an ordinary answer.
    fail                  ///< Asking again cannot help.
};

/// The one table: by <Code> first, then by status. `status` is 0 when there was no answer, `code` empty when
/// the answer had no body (HEAD). A status of 200 with a code is an error that came after the header
/// (CompleteMultipartUpload and the copies do that).
verdict classify(int status, std::string_view code);

/// A request that did not succeed.
struct failure {
    verdict kind = verdict::fail;
    int status = 0;           ///< 0: no answer, see text.
    std::string code{};       ///< S3's <Code>: "NoSuchBucket". Empty where there was none.
    std::string date{};       ///< When S3 answered, by its clock: the answer's Date header.
    std::string operation{};  ///< "PutObject"
    std::string key{};
    std::string text{};  ///< One line for the operator: what failed, where, what to do. Never a credential.
};

/// Ends what the request was for.
class error : public std::runtime_error {
public:
    explicit error(failure why) : std::runtime_error{why.text}, why_{std::move(why)} {}
    const failure& why() const { return why_; }

private:
    failure why_;
};

/// result<T, failure>::value() throws s3::error.
[[noreturn]] void throw_exception_from_error(const failure& why, const boost::source_location&);

/// What an operator should do about `code`; empty for codes that need no advice.
std::string_view advice(int status, std::string_view code);

}  // namespace berth::s3
