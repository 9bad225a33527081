#pragma once

#include <string>
#include <string_view>

namespace berth {

/// A random UUID (RFC 4122, version 4) from the operating system's generator, lower case:
/// "3f2b7a54-0d6e-4c1a-9f3e-5a1c2b3d4e5f".
std::string random_uuid();

/// True for 8-4-4-4-12 lower-case hex digits: the form random_uuid and registry:2 write.
bool is_uuid(std::string_view text);

}  // namespace berth
