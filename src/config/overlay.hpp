#pragma once

#include "config/tree.hpp"

#include <map>
#include <string>

namespace berth::config {

/// Environment variables by name.
using environment = std::map<std::string, std::string>;

/// The REGISTRY_* variables of this process.
environment process_environment();

/// Brings the other spellings of `storage` and `auth` into the one that is read: `storage: s3` and `auth: none` become
/// maps with that one name, and `s3aws` becomes `s3`.
void normalise_choices(node& root);

/// Puts REGISTRY_<A>_<B>... = value in the place of the key <a>.<b>..., in the order of the names, so that
/// REGISTRY_STORAGE comes before REGISTRY_STORAGE_S3_BUCKET. The value is YAML, except that of a secret,
/// which needs no quotes. In a list a part is the number of an element, or of one that comes after the last:
/// REGISTRY_NOTIFICATIONS_ENDPOINTS_0_URL. A first part that is no key warns, since others use such names too (a
/// Kubernetes service called "registry").
void apply_environment(node& root, const environment& environment, report& report);

}  // namespace berth::config
