#pragma once

#include "http/message.hpp"

#include <string>

namespace berth::api {

/// "https://registry.example": where the client believes to be, by what the proxies on its way say (Forwarded, RFC
/// 7239, before X-Forwarded-Proto and X-Forwarded-Host), else by Host. Of several proxies the first is the one that the
/// client spoke to. Empty where nothing names a host. `over_tls`: the connection to us is, which counts where no proxy
/// says otherwise.
std::string client_origin(const http::fields& headers, bool over_tls);

}  // namespace berth::api
