#pragma once

#include <string>

namespace berth::app {

/// What this node can do at the moment.
struct health_report {
    enum class state {
        ready,        ///< All of it.
        degraded,     ///< It serves what it has on its own disk, and no more.
        unavailable,  ///< It answers with 503.
    };
    state is = state::ready;
    std::string why{};  ///< One line for the operator; empty when ready.
};

}  // namespace berth::app
