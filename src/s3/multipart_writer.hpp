#pragma once

#include "async/memory_budget.hpp"
#include "s3/object_copy.hpp"
#include "s3/part_plan.hpp"
#include "s3/part_sender.hpp"
#include "s3/saved_multipart.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace berth::s3 {

struct write_options {
    part_plan parts;
    copy_options copy;
};

/// A new object of unknown size. What fits into one part waits in memory and becomes one PutObject at commit.
/// From the first byte more on, it is a multipart upload: full parts go up side by side while the next one fills.
/// Where the object's key is known before the first byte, the upload is one to that key, and commit completes it.
/// Otherwise it is one to the staging key, and commit completes it and lets the server copy it to its place.
///
/// All its memory is claimed from the budget, a whole part at a time. It waits for a claim only while it holds none:
/// or only such as comes back when a part has arrived.
///
/// Not thread-safe; its calls may come from one executor after another with settle() in between. Throws
/// s3::error; after a part has failed, each further call but clean_up() throws the same.
///
/// Lifetime: client, memory and copier outlive it and the parts that are in flight at its end.
class multipart_writer {
public:
    multipart_writer(client& through, async::memory_budget& memory, object_copier& copier, const part_plan& parts,
                     object_key staging);

    /// Before the first byte: goes on behind what another one has saved.
    void go_on(saved_multipart saved, object_key rest);
    /// Before the first byte: where commit will have to go to, and how many bytes will have come by then.
    void aim_at(object_key target, std::optional<std::uint64_t> size_bytes);

    /// Where the next bytes go, one at least; append() says how many came.
    awaitable<asio::mutable_buffer> prepare();
    void append(std::size_t bytes);
    /// Waits until no part is in flight.
    awaitable<void> settle();
    /// After settle(), not after aim_at(): what another one needs to go on. Bytes that fill no part go to the object
    /// `rest`.
    awaitable<saved_multipart> save(object_key rest);
    /// What was written so far: from memory, or the completed staging object. Only commit and clean_up may follow, and
    /// the source goes before them. Not after aim_at: it would show what nobody has verified.
    awaitable<std::unique_ptr<async::byte_source>> read_back();
    awaitable<void> commit(object_key target);
    /// Aborts the upload that was not completed, and deletes what is staged. Does not throw, logs instead.
    awaitable<void> clean_up();

private:
    std::size_t next_capacity() const;
    failure missing_staging(const object_key& what) const;
    bool is_aimed() const { return key_ != staging_; }
    awaitable<void> make_room();
    awaitable<void> send_buffer();
    awaitable<void> fetch_rest();
    awaitable<void> begin();
    awaitable<bool> was_completed();
    awaitable<void> complete();
    awaitable<void> remove_staged();

    client& client_;
    async::memory_budget& memory_;
    object_copier& copier_;
    const part_plan plan_;
    const object_key staging_;
    object_key key_;  // of the multipart upload
    std::optional<std::uint64_t> expected_bytes_;

    std::optional<async::memory_budget::member> member_;  // while bytes come in
    std::optional<async::claimed_buffer> buffer_;         // the part that is being filled
    std::shared_ptr<part_sender> sender_;                 // once there is a multipart upload
    unsigned next_number_ = 1;
    std::uint64_t size_bytes_ = 0;
    object_key rest_;               // has the last bytes, as long as there are
    std::uint64_t rest_bytes_ = 0;  // so many
    bool completing_ = false;       // the object at key_ may be there
    bool completed_ = false;        // it is there, and the upload is not any more
};

}  // namespace berth::s3
