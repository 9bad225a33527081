#pragma once

#include "config/configuration.hpp"
#include "config/reader.hpp"

namespace berth::config::key_readers {

// What several tables of keys do with a value besides putting it into its place.

/// The value as a bool; false where it is null, or reported as none.
bool is_true(const value&);

/// 0 leaves the default, as registry:2 has it where this is used.
void read_unless_zero(const value&, std::chrono::nanoseconds& out);
void read_unless_zero(const value&, std::uint64_t& out, const limits& limits);

/// Headers that are sent: names and values that could be none are refused.
void read_headers(const value&, std::vector<std::pair<std::string, std::vector<std::string>>>& out);

/// The key may be there and changes nothing.
void nothing(const value&, configuration&);

/// A storage driver that berth has not got.
void refuse_driver(const value&, configuration&);

}  // namespace berth::config::key_readers
