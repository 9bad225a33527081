#pragma once

#include "api/route.hpp"
#include "http/message.hpp"

#include <optional>

namespace berth::api {

/// What this registry lets its clients do.
struct permissions {
    bool writes = true;    ///< False: `storage.maintenance.readonly`.
    bool deletes = false;  ///< `storage.delete.enabled`: manifests, tags and blobs. Cancelling an upload is no delete.
};

/// What is not the registry's but this node's: it is there while the store is away, and in a registry that is
/// read-only.
bool is_of_the_node(resource what);

/// The one place that decides whether a request may be served: nothing when it may, else the answer to give. A resource
/// that does not know the method, a registry that does not permit it: 405 with the methods that are left in Allow. What
/// a page in a browser wants to change of the node: 403.
std::optional<http::response> refuse(const http::request& request, const route& where, const permissions& granted);

/// 200 with Allow: what browsers ask before they let a page of another origin call us. The configured http.headers make
/// the rest of such an answer.
http::response options_answer(const route& where, const permissions& granted);

}  // namespace berth::api
