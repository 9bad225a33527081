#pragma once

#include "s3/credentials/service.hpp"
#include "s3/credentials/source.hpp"

#include <functional>
#include <string>

namespace berth::s3 {

/// The role of the EC2 instance, from its metadata service, version 2: a token first, then everything with that token.
/// Version 1 is never asked, since with it whoever makes a process on the instance fetch a URL has the role's keys.
class instance_source final : public credentials_source {
public:
    struct settings {
        std::string endpoint_url = "http://169.254.169.254";
        std::chrono::steady_clock::duration timeout = std::chrono::seconds{2};
        std::function<wall_time()> clock;
        std::string otherwise;  ///< Which sources came before, and why they have nothing: for messages.
    };

    /// Throws std::invalid_argument for an endpoint that cannot be one.
    explicit instance_source(settings settings);

    std::string_view name() const override { return "instance metadata"; }
    awaitable<keys_result> fetch() override;

private:
    using text_result = result<std::string, no_keys>;

    awaitable<text_result> find_token();
    awaitable<text_result> find_role(const std::string& token);
    no_keys failed(const std::string& why) const;

    const settings settings_;
    const std::string prefix_;  // of all paths
    credentials_service metadata_;
};

}  // namespace berth::s3
