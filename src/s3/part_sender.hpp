#pragma once

#include "async/claimed_buffer.hpp"
#include "s3/client.hpp"

#include <boost/asio/steady_timer.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace berth::s3 {

/// The parts of one multipart upload that are on their way. Not thread-safe: while parts are in flight, all calls come
/// from the executor that started them; after settle() from any other one.
///
/// Lifetime: shared with the parts in flight, so that its user may be destroyed before they end. The client
/// outlives it.
class part_sender : public std::enable_shared_from_this<part_sender> {
public:
    /// `sent`: the ETags of the parts from 1 on that are there already.
    part_sender(client& through, object_key key, std::string upload_id, const std::vector<std::string>& sent = {});

    /// Sends the buffer as part `number` in the background, on `executor`: that of the caller.
    void start(unsigned number, async::claimed_buffer buffer, asio::any_io_executor executor);
    std::size_t in_flight() const { return in_flight_; }

    /// Waits until fewer parts are in flight than now.
    awaitable<void> wait_for_one();
    /// Waits until none is, even when the caller is cancelled: they use the caller's executor.
    awaitable<void> settle();
    /// Throws what the first part that failed threw; from then on each time.
    void throw_if_failed() const;

    const std::string& upload_id() const { return upload_id_; }
    /// In order. Complete once settled without a failure.
    const std::vector<completed_part>& parts() const { return parts_; }

private:
    awaitable<void> send(unsigned number, async::claimed_buffer buffer);
    awaitable<void> wait_until_at_most(std::size_t in_flight);

    client& client_;
    const object_key key_;
    const std::string upload_id_;
    std::vector<completed_part> parts_;
    std::size_t in_flight_ = 0;
    std::exception_ptr failure_;
    std::optional<asio::steady_timer> changed_;  // of the executor in use; never expires, cancelled to wake the waiter
};

}  // namespace berth::s3
