#pragma once

#include "async/task_group.hpp"
#include "notify/endpoint.hpp"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace berth::notify {

/// Gives each event to all endpoints that want it. publish() is thread-safe and never waits.
class notifier {
public:
    struct options {
        std::vector<endpoint::options> endpoints{};
        bool include_references = false;  ///< Whether events of manifests say what these refer to.
        source from{};
    };

    /// `next_executor`: where an endpoint's sender runs; asked once for each.
    notifier(options options, const std::function<asio::any_io_executor()>& next_executor);

    bool includes_references() const { return include_references_; }
    void publish(const event& one);

    void start();
    /// Waits `grace` for what is pending, then ends the senders: what still waits is lost, and logged. False when
    /// one did not end.
    awaitable<bool> stop(std::chrono::steady_clock::duration grace);

    std::span<const std::unique_ptr<endpoint>> endpoints() const { return endpoints_; }

private:
    std::size_t pending() const;

    const bool include_references_;
    const source from_;
    std::vector<std::unique_ptr<endpoint>> endpoints_;
    async::task_group senders_;
};

}  // namespace berth::notify
