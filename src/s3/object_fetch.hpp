#pragma once

#include "async/bounded_group.hpp"
#include "async/claimed_buffer.hpp"
#include "async/wakeup.hpp"
#include "s3/client.hpp"
#include "s3/read_pace.hpp"

#include <deque>
#include <exception>
#include <list>
#include <memory>
#include <mutex>
#include <optional>

namespace berth::s3 {

/// Brings part of an object, or all of it, in ranges that are asked for side by side, and hands it in order to all who
/// read it: each byte comes from S3 once, however many they are.
///
///     dropped | chunk | chunk | chunk |            |          end
///             ^ slowest reader        ^ next range
///
/// The chunks are the window. It grows as long as a reader waits for S3, up to what read_pace and a fair share of the
/// memory budget allow, and moves on when the slowest reader does. A reader so slow that others wait for it is left
/// behind, and goes on with a fetch of its own. Where other transfers wait for memory, chunks at the window's end that
/// nobody has come to are given back.
///
/// Its work runs on one executor; readers call from any thread.
///
/// Lifetime: shared by its readers and its own coroutine. Client, pace and memory outlive it: parallel_reader::stop()
/// waits.
class object_fetch : public std::enable_shared_from_this<object_fetch> {
public:
    /// Where somebody is who reads. Belongs to an object_reader; all but `changed` is guarded by the fetch.
    struct position {
        position(const asio::any_io_executor& executor, std::uint64_t offset) : changed{executor}, next{offset} {}
        async::wakeup changed;  ///< Notified when there may be more to take.
        std::uint64_t next;
        bool starves = false;      ///< Has taken all there was, and waits.
        bool left_behind = false;  ///< Belongs to this fetch no more.
    };

    /// Some consecutive bytes. `bytes` is what has arrived of `size_bytes`; it only grows.
    struct chunk {
        std::uint64_t offset;
        std::size_t size_bytes;
        async::claimed_buffer bytes;

        bool is_complete() const { return bytes.view().size() == size_bytes; }
    };

    /// What there is to read at a position.
    struct portion {
        enum class kind { bytes, nothing_yet, end, left_behind } what = kind::nothing_yet;
        std::shared_ptr<const chunk> held{};  ///< Keeps `view` alive.
        asio::const_buffer view{};
    };

    /// What S3 said of the object first.
    struct answer {
        std::optional<object_info> info;  ///< Nothing: no such object.
    };

    /// Fetches [offset, end) of `key`; without `end`, to the object's own end.
    object_fetch(client& through, async::memory_budget& memory, read_pace& pace, object_key key, std::uint64_t offset,
                 std::optional<std::uint64_t> end, asio::any_io_executor executor);

    const asio::any_io_executor& executor() const { return executor_; }

    /// Fetches until everything has been read, or nobody reads any more.
    awaitable<void> run();

    /// False when bytes from `who` on are gone already, or are not all part of this fetch.
    bool join(position& who, std::optional<std::uint64_t> end);
    void leave(position& who);

    /// Nothing while it is not known yet. Throws s3::error.
    std::optional<answer> first_answer() const;
    /// Takes what has arrived at `who`, at least a byte, or notes that it waits for more. Throws s3::error.
    portion take(position& who, std::optional<std::uint64_t> end);
    /// `who` needs the next so many bytes no more.
    void advance(position& who, std::size_t size_bytes);

private:
    awaitable<std::shared_ptr<chunk>> make_next_chunk(const async::memory_budget::member& member);
    awaitable<std::optional<async::memory_budget::claim>> claim_memory(std::size_t size_bytes);
    awaitable<void> wait_for_memory(std::size_t size_bytes);
    void make_room_for_others(std::size_t fair_share);
    awaitable<void> read_range(std::shared_ptr<chunk> into);
    awaitable<std::optional<object>> open_range(std::uint64_t offset, std::size_t size_bytes);
    failure has_changed() const;
    void is_not_there();
    void begin(chunk& into, const object_info& info);
    void arrived(chunk& into, std::size_t size_bytes);
    void fail(std::exception_ptr why);

    // With mutex_ locked:
    bool wants_more() const { return !end_ || next_ < *end_; }
    bool is_over() const { return abandoned_ || failure_ || is_missing() || (!wants_more() && chunks_.empty()); }
    bool is_missing() const { return answer_ && !answer_->info; }
    std::size_t next_size() const;
    bool is_crowded() const;
    void leave_slowest_behind();
    void drop_what_all_have_read();
    void notify_all();

    client& client_;
    async::memory_budget& memory_;
    read_pace& pace_;
    const object_key key_;
    const asio::any_io_executor executor_;
    async::bounded_group ranges_;                       // touched on executor_ only
    async::wakeup changed_;                             // wakes run(): there may be room, or nobody reads any more
    std::optional<async::memory_budget::claim> claim_;  // what run() waits for; touched on executor_ only

    mutable std::mutex mutex_;  // guards all below
    std::optional<std::uint64_t> end_;
    std::uint64_t next_;                         // where the next range begins
    std::deque<std::shared_ptr<chunk>> chunks_;  // in order, without gaps, up to next_
    std::size_t held_bytes_ = 0;                 // of chunks_
    std::size_t window_;                         // how many chunks there may be
    std::size_t share_bytes_ = 0;                // what chunks_ may have of the budget, as of late
    std::uint64_t starved_until_ = 0;            // somebody has waited for S3 with all before this asked for
    std::list<position*> readers_;
    std::optional<answer> answer_;
    std::exception_ptr failure_;
    bool abandoned_ = false;
};

}  // namespace berth::s3
