#include "auth/basic_credentials.hpp"

#include "base/base64.hpp"

#include <boost/algorithm/string/predicate.hpp>

namespace berth::auth {

namespace {

constexpr std::string_view scheme = "Basic ";

}  // namespace

std::optional<basic_credentials> parse_basic(std::string_view authorization) {
    if (!boost::istarts_with(authorization, scheme)) return std::nullopt;
    const auto decoded = decode_base64(authorization.substr(scheme.size()));
    const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
    if (colon == std::string::npos) return std::nullopt;
    return basic_credentials{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

std::string to_authorization(const basic_credentials& who) {
    return std::string{scheme} + encode_base64(who.user + ":" + who.password);
}

}  // namespace berth::auth
