#pragma once

#include "s3/credentials/provider.hpp"

#include <functional>
#include <string>

namespace berth::s3 {

/// What decides where the keys come from.
struct credentials_choice {
    credentials configured;  ///< storage.s3.accesskey and secretkey.
    std::string region;      ///< The bucket's. STS is asked in AWS_REGION where that is set, else here.
    std::function<std::string(const std::string& name)> variable;  ///< Of the environment; "" where it is not set.
    std::function<wall_time()> clock = std::chrono::system_clock::now;
    std::chrono::steady_clock::duration metadata_timeout = std::chrono::seconds{2};
};

/// The first of these that somebody has set up (docs/adr/0008-s3-credentials.md): the configuration, the environment's
/// keys, a profile, a web identity, a container's agent; where there is none of them, the instance's metadata. The
/// choice is made once, by what is written and not by who answers: so no request goes out under another identity than
/// the one that was meant.
///
/// Throws std::invalid_argument when one of them is set up wrong, or there is none at all. Asks nobody on the network.
std::shared_ptr<credentials_provider> choose_credentials(const credentials_choice& by);

}  // namespace berth::s3
