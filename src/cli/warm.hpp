#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace berth::cli {

struct warm_options {
    std::vector<std::string> images;
    std::string address = "127.0.0.1:5500";  ///< Of the node's berth: HOST:PORT, a URL, unix:///PATH.
    std::string user_file;                   ///< Of USER:PASSWORD, for a node that asks; empty: none.
    std::string platform;                    ///< Empty: the node's own.
    bool pin = false;
    bool unpin = false;
    std::string timeout;  ///< A duration such as "10m"; empty: none, and what fails is not tried again.
};

/// Has a running berth bring images into its cache, and shows how far it is. Returns the exit code.
int warm(const warm_options& options);

}  // namespace berth::cli
