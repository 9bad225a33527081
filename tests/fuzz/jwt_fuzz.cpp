// The input is a token; or, where it begins with a brace, a line that is a token's header in JSON, and then its claims.
#include "auth/token/jws.hpp"
#include "auth/token/verify.hpp"
#include "base/base64.hpp"
#include "fuzz/fuzz.hpp"
#include "support/temporary_directory.hpp"

#include <algorithm>
#include <fstream>
#include <string>

namespace berth {

namespace {

using fuzz::require;

// Whoever had the private halves of these has signed two tokens with them, which are in the corpus, and lost them.
constexpr std::string_view key_set = R"({"keys": [{"kty": "EC", "crv": "P-256", "kid": "k",
    "x": "aqNtorBF9YkKIQWzHVlek7uAoPt1Cimtks3k4WbPXnA", "y": "sxxHMaYK6kBYc4jzyM3Fd-cZplZ_GfRtb8qDF_RL_Bk"}]})";
constexpr std::string_view authority = R"(-----BEGIN CERTIFICATE-----
MIIBXzCCAQSgAwIBAgIBATAKBggqhkjOPQQDAjANMQswCQYDVQQDDAJjYTAgFw0y
NjExMjkxNzUxMDRaGA8yMTAwMTEwMTE3NTEwNFowDTELMAkGA1UEAwwCY2EwWTAT
BgcqhkjOPQIBBggqhkjOPQMBBwNCAATipsiP+uce2HcVL/EXFAivW+eIXcmQ5tvN
HQs56AeQcxQ15ReWdkE+i3IQN+AwSELz6vk36KKrxlGlftBgVeJRo1MwUTAdBgNV
HQ4EFgQUPdu3ZOX5a8Ze4Z6bzhjTa2pBPcAwHwYDVR0jBBgwFoAUPdu3ZOX5a8Ze
4Z6bzhjTa2pBPcAwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA
6BGihPYVe89+WYcbsz6Vz6y1qXLhtEpLVxqk3jCHHXICIQC5svNHq6hy7uPJCH5J
omrKymLyQbAQM/5tlAaEa+hN2w==
-----END CERTIFICATE-----
)";

constexpr std::string_view signed_payload =
    "eyJpc3MiOiJpIiwic3ViIjoidSIsImF1ZCI6InMiLCJleHAiOjQxMDI0NDQ4MDAsIm5iZiI6MCwiYWNjZXNzIjpbeyJ0eXBlIjoi"
    "cmVwb3NpdG9yeSIsIm5hbWUiOiJhL2IiLCJhY3Rpb25zIjpbInB1bGwiLCJwdXNoIl19XX0";
constexpr std::string_view signed_header = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ";
constexpr std::string_view good_signature =
    "058WQgJgAN-vlxuWwCgmnEHSmwyxQFgXmo-vxMx744rEfrSiHxZH2RxyJulDyxZkk0HBee02fkFHI01UMXipjQ";
constexpr std::string_view header_of_chain =
    "eyJhbGciOiJFUzI1NiIsIng1YyI6WyJNSUlCQmpDQnJBSUJBakFLQmdncWhrak9QUVFEQWpBTk1Rc3dDUVlEVlFRRERBSmpZVEFn"
    "RncweU5qRXhNamt4TnpVeE1EUmFHQTh5TVRBd01URXdNVEUzTlRFd05Gb3dEekVOTUFzR0ExVUVBd3dFYkdWaFpqQlpNQk1HQnlx"
    "R1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQUJKQ2RvZFE2dG91UUI0UWxnazVjMlFTdTNyWW91dTdaZ3o2bFk4QVBjYmxJTmRQRTNI"
    "cVU2MWsvL2ZKbzJqR295dFMxWFdXWXAvV0dib255bGN2MEYwRXdDZ1lJS29aSXpqMEVBd0lEU1FBd1JnSWhBTEpVK3NuMXJkM25L"
    "WVpTOU1oM3ZMTXgwcUw4RnQ0Ky9CRHpXUWNMZWNJdUFpRUFxN1Y2WHM3Q2lSSE90dlVaTXVEOWxsYXF5U25LL0VLS0hFSnF5d2cr"
    "ZjhZPSJdfQ";

auth::trusted_keys read_keys() {
    const test::temporary_directory folder;
    const auth::key_files files{.root_cert_bundle = folder.path() / "bundle.pem", .jwks = folder.path() / "keys.json"};
    std::ofstream{files.root_cert_bundle} << authority;
    std::ofstream{files.jwks} << key_set;
    return auth::trusted_keys{files};
}

const auth::trusted_keys& keys() {
    static const auth::trusted_keys read = read_keys();
    return read;
}

const auth::token_rules& rules() {
    static const auth::token_rules made{
        .issuer = "i",
        .service = "s",
        .algorithms = {auth::signature_algorithm::rs256, auth::signature_algorithm::es256,
                       auth::signature_algorithm::eddsa}};
    return made;
}

bool was_signed(std::string_view text) {
    const std::size_t dot = text.find('.');
    const std::string_view header = text.substr(0, dot);
    return text.substr(dot + 1) == signed_payload && (header == signed_header || header == header_of_chain);
}

void check_token(std::string_view token) {
    const auto parsed = auth::parse_jws(token);
    const auto january_2027 = wall_time{std::chrono::seconds{1798761600}};
    const auto said = auth::verify_token(token, keys(), rules(), january_2027);
    if (!parsed) {
        require(!said, "what is no token says nothing");
        return;
    }
    require(token.starts_with(parsed->signed_text), "what is signed is the beginning of the token");
    require(parsed->signed_text.size() + 1 + encode_base64url(parsed->signature).size() == token.size(),
            "a token has nothing behind its signature");
    if (token.starts_with(signed_header) && token.ends_with(good_signature) && was_signed(parsed->signed_text))
        require(said.has_value(), "what was signed verifies");
    if (said) require(was_signed(parsed->signed_text), "what verifies was signed with a trusted key");
    if (!parsed->chain.empty()) (void)keys().vouched_for(parsed->chain, january_2027);
}

void check_claims(std::string_view json) {
    const auto said = auth::parse_claims(json);
    if (!said) return;
    for (const auth::access& one : said->allowed) {
        require(said->allow({&one, 1}), "what is listed is allowed");
        const auth::access other{one.type, one.name + "/other", one.action};
        const bool is_listed = std::ranges::any_of(said->allowed, [&](const auth::access& each) {
            return each.type == other.type && each.name == other.name;
        });
        require(is_listed || !said->allow({&other, 1}), "what is not listed is not allowed");
    }
}

}  // namespace

}  // namespace berth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace berth;
    std::string_view text = fuzz::text_of(bytes, size);
    if (!text.starts_with('{')) {
        check_token(text);
        return 0;
    }
    const std::string_view header = fuzz::take_line(text);
    check_claims(text);
    check_token(encode_base64url(header) + "." + encode_base64url(text) + "." + encode_base64url(std::string(64, 'x')));
    return 0;
}
