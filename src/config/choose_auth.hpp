#pragma once

#include "config/auth_settings.hpp"
#include "config/finding.hpp"
#include "config/tree.hpp"

namespace berth::config {

/// Reads which one of the ways to find out who asks stands below `auth`, and reports what is not exactly one known way
/// with all it needs: who ignored such a mistake would let everybody in. Without `auth` it is none.
void choose_auth(const node& root, auth_settings& auth, report& report);

}  // namespace berth::config
