#pragma once

#include "http/service_url.hpp"
#include "s3/credentials/service.hpp"
#include "s3/credentials/source.hpp"

#include <functional>
#include <string>

namespace berth::s3 {

/// The role of the task (ECS) or of the pod (EKS Pod Identity), from an agent beside it.
class container_source final : public credentials_source {
public:
    struct settings {
        std::string relative_uri;  ///< On ECS's agent, 169.254.170.2. Comes before full_uri.
        std::string full_uri;
        std::string token;       ///< For full_uri: goes into Authorization as it stands. Empty: none.
        std::string token_file;  ///< Comes before `token`; read for each fetch, since it is replaced.
        std::function<wall_time()> clock;
    };

    /// Throws std::invalid_argument for a URI that may not be asked: the answer is a secret, and so is the token, so
    /// plain http goes to this host and the two agents only.
    explicit container_source(settings settings);

    std::string_view name() const override { return "container credentials"; }
    awaitable<keys_result> fetch() override;

private:
    const settings settings_;
    const http::service_url url_;
    credentials_service agent_;
};

}  // namespace berth::s3
