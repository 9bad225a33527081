#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace berth::s3 {

/// One line of what a server wrote, fit for a message: without control characters, at most 300 bytes of it, and with
/// "***" for each of `secrets`.
std::string quoted(std::string text, std::initializer_list<std::string_view> secrets);

}  // namespace berth::s3
