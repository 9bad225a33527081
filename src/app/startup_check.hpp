#pragma once

#include "config/configuration.hpp"

#include <string>
#include <vector>

namespace berth::app {

/// What would keep an application from starting, though its configuration was read without an error.
struct startup_problem {
    std::string text;         ///< "storage.cache.blob.warm: ...": begins with a key.
    bool is_of_this_machine;  ///< Another one may be able to start: its credentials for S3 lie elsewhere.
};

/// Makes what an application is made of, as far as that opens, writes and contacts nothing. What needs more, such as an
/// address that is taken, only a start can tell.
std::vector<startup_problem> startup_problems(const config::configuration& config);

}  // namespace berth::app
