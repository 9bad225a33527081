#pragma once

#include "s3/object_copy.hpp"
#include "s3/part_sender.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace berth::s3 {

struct write_options {
    std::size_t chunk_bytes =
        10 * 1024 * 1024;  ///< The size of the first 1,000 parts, see part_plan.hpp. 5 MiB or more.
    copy_options copy;
};

/// A new object of unknown size. What fits into one part waits in memory and becomes one PutObject at commit.
/// From the first byte more on, it is a multipart upload at the staging key: full parts go up side by side
/// while the next one fills, and commit completes it, lets the server copy it to its place and deletes the
/// staging object.
///
/// Not thread-safe; its calls may come from one executor after another with settle() in between. Throws
/// s3::error; after a part has failed, each further call but cancel() throws the same.
///
/// Lifetime: client and memory outlive it and the parts that are in flight at its end.
class multipart_writer {
public:
    multipart_writer(client& through, part_memory& memory, const write_options& how, object_key staging);

    awaitable<void> write(asio::const_buffer data);
    /// Waits until no part is in flight.
    awaitable<void> settle();
    /// What was written so far: from memory, or the completed staging object. Only commit and cancel may follow, and
    /// the source goes before them.
    awaitable<std::unique_ptr<async::byte_source>> read_back();
    awaitable<void> commit(object_key target);
    /// Aborts the upload and deletes the staging object. Does not throw, logs instead.
    awaitable<void> cancel();

private:
    awaitable<void> make_room();
    awaitable<void> send_buffer();
    awaitable<void> complete();
    awaitable<void> clean_up(bool abort, bool remove);

    client& client_;
    part_memory& memory_;
    const write_options how_;
    const object_key staging_;

    std::optional<part_buffer> buffer_;    // the part that is being filled
    std::shared_ptr<part_sender> sender_;  // once there is a multipart upload
    unsigned next_number_ = 1;
    std::uint64_t size_bytes_ = 0;
    bool completing_ = false;  // the staging object may be there
    bool completed_ = false;   // the staging object is there, the upload is not any more
};

}  // namespace berth::s3
