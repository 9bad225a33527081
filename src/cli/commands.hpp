#pragma once

namespace berth::cli {

/// What the process should end with.
namespace exit_code {
inline constexpr int ok = 0;
inline constexpr int failed = 1;
inline constexpr int misused = 2;  ///< The command line or the configuration is wrong.
}  // namespace exit_code

/// The program: reads the command line and runs the command. Returns the exit code.
int run(int argc, char** argv);

}  // namespace berth::cli
