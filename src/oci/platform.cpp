#include "oci/platform.hpp"

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>

#include <algorithm>
#include <vector>

namespace berth::oci {

namespace {

#if defined(__x86_64__)
constexpr const char* architecture_of_this_machine = "amd64";
#elif defined(__aarch64__)
constexpr const char* architecture_of_this_machine = "arm64";
#elif defined(__riscv) && __riscv_xlen == 64
constexpr const char* architecture_of_this_machine = "riscv64";
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
constexpr const char* architecture_of_this_machine = "ppc64le";
#elif defined(__s390x__)
constexpr const char* architecture_of_this_machine = "s390x";
#else
#error "which GOARCH is this?"
#endif

bool is_word(const std::string& text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
}

}  // namespace

result<platform> platform::parse(std::string_view text) {
    std::vector<std::string> parts;
    boost::split(parts, text, boost::is_any_of("/"));
    if (parts.size() < 2 || parts.size() > 3 || !std::ranges::all_of(parts, is_word))
        return make_error_code(boost::system::errc::invalid_argument);
    parts.resize(3);
    return platform{parts[0], parts[1], parts[2]};
}

platform platform::of_this_machine() {
    return {"linux", architecture_of_this_machine};
}

std::string platform::str() const {
    return os + '/' + architecture + (variant.empty() ? "" : '/' + variant);
}

bool platform::accepts(const platform& offered) const {
    if (os != offered.os || architecture != offered.architecture) return false;
    return variant.empty() || offered.variant.empty() || variant == offered.variant;
}

}  // namespace berth::oci
