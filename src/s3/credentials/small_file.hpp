#pragma once

#include "base/result.hpp"

#include <string>

namespace berth::s3 {

/// The whole of a file of no more than 1 MiB, or why not. Blocks, as long as reading a few kilobytes may take.
result<std::string> read_small_file(const std::string& path);

/// The token in a file: its only line, without the blanks around it. `error` says what is wrong, with the file's name.
struct token_or_error {
    std::string token{};
    std::string error{};
};
token_or_error read_token_file(const std::string& path);

}  // namespace berth::s3
