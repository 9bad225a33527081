#include "s3/sigv4.hpp"

#include "base/hash.hpp"

#include <algorithm>

namespace berth::s3 {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

std::string_view as_text(const sha256_bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// "20130524/us-east-1/s3/aws4_request"
std::string scope(std::string_view date, std::string_view region) {
    return std::string{date.substr(0, 8)} + '/' + std::string{region} + "/s3/aws4_request";
}

// Blanks at the ends go, runs of blanks within become one.
std::string trimmed(std::string_view value) {
    std::string out;
    for (const char c : value) {
        const bool blank = c == ' ' || c == '\t';
        if (!blank)
            out.push_back(c);
        else if (!out.empty() && out.back() != ' ')
            out.push_back(' ');
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

struct canonical_headers {
    std::string lines;         // "host:example\nrange:bytes=0-9\n"
    std::string signed_names;  // "host;range"
};

canonical_headers canonicalise(name_values headers) {
    std::sort(headers.begin(), headers.end());
    canonical_headers out;
    for (const auto& [name, value] : headers) {
        out.lines += name + ':' + trimmed(value) + '\n';
        if (!out.signed_names.empty()) out.signed_names += ';';
        out.signed_names += name;
    }
    return out;
}

std::string signature(std::string_view canonical_request, std::string_view date, const signing& with) {
    const std::string text = std::string{algorithm} + '\n' + std::string{date} + '\n' + scope(date, with.region) +
                             '\n' + sha256_hex(canonical_request);
    const sha256_bytes key = with.key ? *with.key : signing_key(with.keys.secret_key, date, with.region);
    return to_hex(hmac_sha256(as_text(key), text));
}

// GET\n/key\nquery\nheader lines\n\nsigned names\nhash
std::string canonical_request(std::string_view method, std::string_view path, std::string_view query,
                              const canonical_headers& headers, std::string_view payload_hash) {
    std::string out;
    for (const std::string_view part :
         {method, path, query, std::string_view{headers.lines}, std::string_view{headers.signed_names}}) {
        out += part;
        out += '\n';
    }
    return out += payload_hash;
}

}  // namespace

sha256_bytes signing_key(std::string_view secret_key, std::string_view date, std::string_view region) {
    auto key = hmac_sha256("AWS4" + std::string{secret_key}, date.substr(0, 8));
    key = hmac_sha256(as_text(key), region);
    key = hmac_sha256(as_text(key), "s3");
    return hmac_sha256(as_text(key), "aws4_request");
}

void sign(std::string_view method, std::string_view path, const name_values& query, std::string_view payload_hash,
          const signing& with, name_values& headers) {
    const std::string date = format_iso8601_basic(with.time);
    headers.emplace_back("x-amz-content-sha256", payload_hash);
    headers.emplace_back("x-amz-date", date);
    if (!with.keys.session_token.empty()) headers.emplace_back("x-amz-security-token", with.keys.session_token);

    const canonical_headers signed_headers = canonicalise(headers);
    const std::string request = canonical_request(method, path, canonical_query(query), signed_headers, payload_hash);
    headers.emplace_back("authorization", std::string{algorithm} + " Credential=" + with.keys.access_key + '/' +
                                              scope(date, with.region) +
                                              ",SignedHeaders=" + signed_headers.signed_names +
                                              ",Signature=" + signature(request, date, with));
}

std::string presigned_query(std::string_view method, std::string_view host, std::string_view path,
                            std::chrono::seconds lifetime, const signing& with) {
    using std::chrono::seconds;
    const std::string date = format_iso8601_basic(with.time);
    lifetime = std::clamp(lifetime, seconds{1}, seconds{7 * 24 * 3600});
    name_values parameters{{"X-Amz-Algorithm", std::string{algorithm}},
                           {"X-Amz-Credential", with.keys.access_key + '/' + scope(date, with.region)},
                           {"X-Amz-Date", date},
                           {"X-Amz-Expires", std::to_string(lifetime.count())},
                           {"X-Amz-SignedHeaders", "host"}};
    if (!with.keys.session_token.empty()) parameters.emplace_back("X-Amz-Security-Token", with.keys.session_token);

    const std::string query = canonical_query(parameters);
    const canonical_headers headers = canonicalise({{"host", std::string{host}}});
    return query + "&X-Amz-Signature=" +
           signature(canonical_request(method, path, query, headers, unsigned_payload), date, with);
}

}  // namespace berth::s3
