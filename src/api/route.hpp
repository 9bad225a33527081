#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::api {

/// The resources of the distribution API, by the shape of their path.
enum class resource {
    root,       ///< /
    base,       ///< /v2/
    catalog,    ///< /v2/_catalog
    tags,       ///< /v2/<name>/tags/list
    manifest,   ///< /v2/<name>/manifests/<reference>
    referrers,  ///< /v2/<name>/referrers/<digest>
    blob,       ///< /v2/<name>/blobs/<digest>
    uploads,    ///< /v2/<name>/blobs/uploads/
    upload,     ///< /v2/<name>/blobs/uploads/<uuid>
    none,       ///< Anything else.
};

/// A request's target, taken apart and percent-decoded once; a "+" stays one. Nothing in it is validated beyond its
/// place in the path.
struct route {
    resource what = resource::none;
    std::string name;       ///< <name>, empty where the path has none.
    std::string reference;  ///< The last component: tag, digest or upload id.
    std::vector<std::pair<std::string, std::string>> query;

    /// The first value of a query parameter.
    std::optional<std::string> parameter(std::string_view key) const;
};

/// Reads an origin-form target ("/v2/a/b/tags/list?n=5"). Nothing when it is none.
std::optional<route> parse_target(std::string_view target);

}  // namespace berth::api
