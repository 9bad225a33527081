#pragma once

#include <string>

namespace berth::cli {

// What can be done with a configuration without serving. `file` as load_configuration() takes it; both return the
// exit code.

/// Prints all findings about it on stdout. 0 where it can be served with.
int check_configuration(std::string file);

/// Prints what counts, on stdout; findings go to stderr.
int print_configuration(std::string file);

}  // namespace berth::cli
