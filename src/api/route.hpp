#pragma once

#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::api {

/// The resources of the distribution API, and the node's own, by the shape of their path.
enum class resource {
    root,       ///< /
    bare,       ///< /v2
    base,       ///< /v2/
    catalog,    ///< /v2/_catalog
    tags,       ///< /v2/<name>/tags/list
    manifest,   ///< /v2/<name>/manifests/<reference>
    referrers,  ///< /v2/<name>/referrers/<digest>
    blob,       ///< /v2/<name>/blobs/<digest>
    uploads,    ///< /v2/<name>/blobs/uploads/
    upload,     ///< /v2/<name>/blobs/uploads/<uuid>
    warm,       ///< /berth/warm/<image>
    pins,       ///< /berth/pins
    pin,        ///< /berth/pins/<image>
    none,       ///< Anything else.
};

/// A request's target, taken apart and percent-decoded once; a "+" stays one. Nothing in it is validated beyond its
/// place in the path.
///
/// Lifetime: refers to the target's text, which outlives it.
struct route {
    resource what = resource::none;
    std::string_view name;  ///< <name> or <image>; empty for root, bare, base, catalog, pins and none, and only there.
    std::string_view reference;  ///< The last component: tag, digest or upload id.
    std::vector<std::pair<std::string, std::string>> query;

    /// The first value of a query parameter.
    std::optional<std::string> parameter(std::string_view key) const;

    std::forward_list<std::string> decoded;  ///< What name and reference refer to where the target was encoded.
};

/// Reads a target: "/v2/a/b/tags/list?n=5", or the same behind a scheme and a host, as a client sends it that takes us
/// for its proxy (RFC 9112, 3.2). Nothing when it is neither. `prefix`: "/registry"; everything but / lies below it.
std::optional<route> parse_target(std::string_view target, std::string_view prefix = {});

}  // namespace berth::api
