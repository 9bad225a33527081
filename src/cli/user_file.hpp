#pragma once

#include "base/option_file.hpp"

#include <string>

namespace berth::cli {

/// The Authorization header for the user in a file, whose only line is USER:PASSWORD. Throws option_error; also where
/// everybody may read the file.
std::string authorization_of(const option_file& user_file);

}  // namespace berth::cli
