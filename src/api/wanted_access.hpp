#pragma once

#include "api/route.hpp"
#include "auth/controller.hpp"
#include "http/message.hpp"

#include <vector>

namespace berth::api {

/// Whether anybody may ask, known or not: `/`, which a load balancer's probe asks for, and `/v2`, which only says where
/// the API begins. Everything else is for those who are let in.
bool is_for_everybody(resource what);

/// What a request is about to do, in registry:2's words: GET and HEAD pull; POST, PUT and PATCH pull and push; DELETE
/// deletes; a mount also pulls from its source. The catalog is "registry:catalog:*", and what is the node's own, also
/// in its path, "registry:node:*". Empty where nothing is done: `/v2/`, a method or a path that nothing answers, a name
/// that no repository can have.
std::vector<auth::access> wanted_access(http::verb method, const route& where);

}  // namespace berth::api
