#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace berth::cli {

/// berth.1: what `app` can do, for man(1).
std::string man_page(const CLI::App& app);

}  // namespace berth::cli
