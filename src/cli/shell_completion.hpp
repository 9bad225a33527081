#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>

namespace berth::cli {

/// A script that teaches a shell the commands and options of `app`: "bash", "zsh" or "fish".
std::string completion_script(const CLI::App& app, std::string_view shell);

}  // namespace berth::cli
