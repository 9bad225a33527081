#pragma once

#include "base/time_format.hpp"
#include "oci/manifest.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::notify {

enum class action { push, pull, mount, remove };

/// As an event says it: "push", "pull", "mount", "delete".
std::string_view name_of(action what);

/// What was pushed, pulled, mounted or deleted. An empty text, or nothing, is left out of the JSON.
struct target {
    std::string repository{};
    std::string digest{};
    std::string media_type{};
    std::optional<std::uint64_t> size_bytes{};
    std::string url{};
    std::string tag{};
    std::string from_repository{};  ///< Of a mount.
    std::vector<oci::descriptor> references{};
};

/// The request that did it.
struct cause {
    std::string id{};    ///< A UUID.
    std::string addr{};  ///< The client's address and port.
    std::string host{};  ///< As the client addressed us.
    std::string method{};
    std::string user_agent{};
    std::string user{};  ///< Who it is; empty: nobody with a name.
};

struct event {
    std::string id{};  ///< A UUID of its own.
    wall_time time{};
    action what = action::push;
    notify::target target{};
    cause request{};
};

/// Who sends the events: this node.
struct source {
    std::string addr{};         ///< Its name and port.
    std::string instance_id{};  ///< A UUID, another one after each start.
};

/// The media type of an envelope.
inline constexpr std::string_view envelope_media_type = "application/vnd.docker.distribution.events.v1+json";

/// An envelope around that one event, as registry:2 sends it.
std::string envelope_of(const event& one, const source& from);

}  // namespace berth::notify
