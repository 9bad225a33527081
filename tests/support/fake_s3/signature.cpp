#include "support/fake_s3/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <utility>
#include <vector>

namespace berth::test::s3 {

namespace {

using system_time = std::chrono::system_clock::time_point;

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

// The parts of a signature, wherever they stood.
struct claim {
    std::string access_key, day, region, service, terminator;
    std::string date;
    std::string signed_headers;
    std::string signature;
    std::string token;
    std::optional<std::chrono::seconds> lifetime;  // of a presigned URL
};

std::string digest_of(const EVP_MD* function, std::string_view bytes) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), &size, function, nullptr);
    out.resize(size);
    return out;
}

std::string hmac(std::string_view key, std::string_view text) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), reinterpret_cast<unsigned char*>(out.data()), &size);
    out.resize(size);
    return out;
}

std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    for (;;) {
        const auto end = text.find(at);
        parts.emplace_back(text.substr(0, end));
        if (end == text.npos) return parts;
        text.remove_prefix(end + 1);
    }
}

bool read_credential(std::string_view text, claim& into) {
    const auto parts = split(text, '/');
    if (parts.size() != 5) return false;
    into.access_key = parts[0];
    into.day = parts[1];
    into.region = parts[2];
    into.service = parts[3];
    into.terminator = parts[4];
    return true;
}

// Authorization: AWS4-HMAC-SHA256 Credential=KEY/20261123/us-east-1/s3/aws4_request, SignedHeaders=...,
// Signature=...
std::optional<claim> claim_in_headers(const incoming& request) {
    std::string text = request.header("authorization");
    if (!text.starts_with(algorithm)) return std::nullopt;
    text.erase(0, algorithm.size());
    std::erase(text, ' ');
    claim found;
    for (const auto& part : split(text, ',')) {
        const auto equals = part.find('=');
        const std::string name = part.substr(0, equals);
        const std::string value = equals == part.npos ? "" : part.substr(equals + 1);
        if (name == "Credential" && !read_credential(value, found)) return std::nullopt;
        if (name == "SignedHeaders") found.signed_headers = value;
        if (name == "Signature") found.signature = value;
    }
    found.date = request.header("x-amz-date");
    found.token = request.header("x-amz-security-token");
    return found;
}

std::optional<claim> claim_in_query(const incoming& request) {
    claim found;
    if (request.parameter("X-Amz-Algorithm") != algorithm) return std::nullopt;
    if (!read_credential(request.parameter("X-Amz-Credential"), found)) return std::nullopt;
    found.signed_headers = request.parameter("X-Amz-SignedHeaders");
    found.signature = request.parameter("X-Amz-Signature");
    found.date = request.parameter("X-Amz-Date");
    found.token = request.parameter("X-Amz-Security-Token");
    found.lifetime = std::chrono::seconds{std::atol(request.parameter("X-Amz-Expires").c_str())};
    return found;
}

std::optional<system_time> read_date(const std::string& text) {
    std::tm t{};
    if (text.size() != 16 || std::sscanf(text.c_str(), "%4d%2d%2dT%2d%2d%2dZ", &t.tm_year, &t.tm_mon, &t.tm_mday,
                                         &t.tm_hour, &t.tm_min, &t.tm_sec) != 6)
        return std::nullopt;
    t.tm_year -= 1900;
    t.tm_mon -= 1;
    return std::chrono::system_clock::from_time_t(::timegm(&t));
}

std::string canonical_query(const incoming& request) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& [name, value] : request.query)
        if (name != "X-Amz-Signature") pairs.emplace_back(percent_encode(name, false), percent_encode(value, false));
    std::ranges::sort(pairs);
    std::string text;
    for (const auto& [name, value] : pairs) text += (text.empty() ? "" : "&") + name + "=" + value;
    return text;
}

std::string trimmed(std::string_view value) {
    std::string out;
    for (const char c : value)
        if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
    while (out.ends_with(' ')) out.pop_back();
    return out;
}

std::string expected_signature(const incoming& request, const claim& c, const std::string& payload,
                               const account& who) {
    std::string canonical = request.method + "\n" + percent_encode(percent_decode(request.raw_path), true) + "\n" +
                            canonical_query(request) + "\n";
    for (const auto& name : split(c.signed_headers, ';'))
        canonical += name + ":" + trimmed(request.header(name)) + "\n";
    canonical += "\n" + c.signed_headers + "\n" + payload;
    const std::string scope = c.day + "/" + c.region + "/" + c.service + "/" + c.terminator;
    const std::string to_sign =
        std::string{algorithm} + "\n" + c.date + "\n" + scope + "\n" + hex_of(digest_of(EVP_sha256(), canonical));
    const std::string key = hmac(hmac(hmac(hmac("AWS4" + who.secret_key, c.day), c.region), c.service), c.terminator);
    return hex_of(hmac(key, to_sign));
}

// Every header that S3 gives a meaning to must be signed.
bool signs_enough(const incoming& request, const claim& c) {
    const auto names = split(c.signed_headers, ';');
    const auto is_signed = [&](const std::string& name) { return std::ranges::find(names, name) != names.end(); };
    if (!std::ranges::is_sorted(names) || !is_signed("host")) return false;
    return std::ranges::all_of(request.headers, [&](const auto& header) {
        return !header.first.starts_with("x-amz-") || is_signed(header.first);
    });
}

}  // namespace

std::string hex_of(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::string md5_of(std::string_view bytes) {
    return digest_of(EVP_md5(), bytes);
}

std::string base64_of(std::string_view bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::optional<outgoing> check_signature(const incoming& request, const account& who, system_time now) {
    const bool presigned = request.has_parameter("X-Amz-Signature");
    if (!presigned && !request.headers.contains("authorization"))
        return error_answer(403, "AccessDenied", "Access Denied");
    const auto found = presigned ? claim_in_query(request) : claim_in_headers(request);
    if (!found || found->service != "s3" || found->terminator != "aws4_request")
        return error_answer(400, "AuthorizationHeaderMalformed", "The authorization header is malformed.");
    if (found->access_key != who.access_key)
        return error_answer(403, "InvalidAccessKeyId",
                            "The AWS Access Key Id you provided does not exist in our records.",
                            element("AWSAccessKeyId", found->access_key));
    if (found->token != who.session_token)
        return error_answer(400, "InvalidToken", "The provided token is malformed or otherwise invalid.");
    if (found->region != who.region) {
        auto answer = error_answer(400, "AuthorizationHeaderMalformed",
                                   "The authorization header is malformed; the region '" + found->region +
                                       "' is wrong; expecting '" + who.region + "'",
                                   element("Region", who.region));
        answer.headers["x-amz-bucket-region"] = who.region;
        return answer;
    }
    const auto date = read_date(found->date);
    if (!date || !found->date.starts_with(found->day))
        return error_answer(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header");

    constexpr auto window = std::chrono::minutes{15};
    if (found->lifetime ? now < *date - window : now < *date - window || now > *date + window)
        return error_answer(403, "RequestTimeTooSkewed",
                            "The difference between the request time and the current time is too large.");
    if (found->lifetime &&
        (*found->lifetime < std::chrono::seconds{1} || *found->lifetime > std::chrono::hours{7 * 24}))
        return error_answer(400, "AuthorizationQueryParametersError",
                            "X-Amz-Expires must be between 1 and 604800 seconds");
    if (found->lifetime && now > *date + *found->lifetime)
        return error_answer(403, "AccessDenied", "Request has expired");
    if (!signs_enough(request, *found))
        return error_answer(403, "AccessDenied", "There were headers present in the request which were not signed");

    const std::string payload = presigned ? "UNSIGNED-PAYLOAD" : request.header("x-amz-content-sha256");
    if (payload.empty())
        return error_answer(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
    if (expected_signature(request, *found, payload, who) != found->signature)
        return error_answer(403, "SignatureDoesNotMatch",
                            "The request signature we calculated does not match the signature you provided.");
    if (payload != "UNSIGNED-PAYLOAD" && payload != hex_of(digest_of(EVP_sha256(), request.body)))
        return error_answer(400, "XAmzContentSHA256Mismatch",
                            "The provided 'x-amz-content-sha256' header does not match what was computed.");
    return std::nullopt;
}

}  // namespace berth::test::s3
