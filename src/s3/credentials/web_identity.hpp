#pragma once

#include "s3/credentials/service.hpp"
#include "s3/credentials/source.hpp"

#include <functional>
#include <string>

namespace berth::s3 {

/// A role for a token that somebody keeps in a file, exchanged at STS: what EKS calls IAM roles for service accounts.
/// The file is read for each exchange, for the token in it is replaced long before it expires.
class web_identity_source final : public credentials_source {
public:
    struct settings {
        std::string token_file;
        std::string role_arn;
        std::string session_name = "berth";
        std::string region;        ///< Whose STS is asked.
        std::string endpoint_url;  ///< Instead of that: "http://127.0.0.1:8080".
        std::function<wall_time()> clock;
    };

    /// Throws std::invalid_argument for an endpoint that cannot be one.
    explicit web_identity_source(settings settings);

    std::string_view name() const override { return "web identity"; }
    awaitable<keys_result> fetch() override;

private:
    const settings settings_;
    credentials_service sts_;
};

}  // namespace berth::s3
