#pragma once

#include <string_view>

namespace berth::fuzz {

/// What http::message_reader takes for requests, of all that a client sends on one connection, does not depend on how
/// the bytes arrive, and is the same by a reader as narrow as RFC 9112.
void check_connection(std::string_view sent);

}  // namespace berth::fuzz
