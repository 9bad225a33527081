#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>

/// What the fake S3 can be told to do wrong.
namespace berth::test::fault {

/// An error instead of the right answer. `applied`: the work is done all the same, only the answer is wrong.
struct answer {
    int status = 503;
    std::string code = "SlowDown";  ///< The <Code> of the body.
    bool applied = false;
};

/// Status 200 with an <Error> for a body, as CompleteMultipartUpload and the copies may answer. Nothing is
/// done.
struct error_in_ok {
    std::string code = "InternalError";
};

/// 301 PermanentRedirect with x-amz-bucket-region. Nothing is done.
struct wrong_region {
    std::string region;
};

/// The work is done, and the answer ends after so many bytes of its body; without a number, before its first
/// byte. With a number that is no less than the body the answer is whole, and the connection ends after it.
struct broken_answer {
    enum class end { reset, close, stall };
    end how = end::reset;
    std::optional<std::uint64_t> after_body_bytes;
};

/// The connection is reset when so many bytes of the request's body have arrived. Nothing is done.
struct broken_request {
    std::uint64_t after_body_bytes = 0;
};

/// The right answer, later.
struct delay {
    std::chrono::milliseconds time{};
};

using action = std::variant<answer, error_in_ok, wrong_region, broken_answer, broken_request, delay>;

inline constexpr unsigned always = std::numeric_limits<unsigned>::max();

/// Which requests to hit, and with what. Fields left empty match every request. The first rule that matches a
/// request counts it and, once `skip` have passed, acts on it `times` times; after that it is used up.
struct rule {
    std::string operation{};     ///< "GetObject", "UploadPart", ...: see request::operation.
    std::string key_contains{};  ///< Part of the key.
    unsigned skip = 0;
    unsigned times = 1;
    action what{answer{}};
};

}  // namespace berth::test::fault
