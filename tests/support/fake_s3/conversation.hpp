#pragma once

#include "support/fake_s3.hpp"
#include "support/fake_s3/bucket.hpp"
#include "support/fake_s3/tcp_server.hpp"

#include <mutex>
#include <optional>
#include <vector>

namespace berth::test {

/// What the server says on its connections: reads requests, lets the bucket answer them, and breaks what a
/// fault rule says. Thread-safe.
class fake_s3::implementation {
public:
    explicit implementation(options options);

    const options settings;
    s3::bucket bucket;

    mutable std::mutex mutex;
    std::vector<request> log;         // guarded by mutex
    std::vector<fault::rule> faults;  // guarded by mutex

    s3::tcp_server server;  // last, so that its threads end before what they use

private:
    void talk(s3::tcp::socket& socket, unsigned connection);
    std::optional<fault::action> take_fault(const request& of);
    s3::outgoing right_answer(const s3::incoming& request);
    s3::outgoing answer(const s3::incoming& request, const std::optional<fault::action>& fault);
    /// False when the connection is to end.
    bool send(s3::tcp::socket& socket, const s3::incoming& request, const s3::outgoing& answer,
              const fault::broken_answer* broken);
    std::chrono::system_clock::time_point now() const;
};

}  // namespace berth::test
