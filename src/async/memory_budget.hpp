#pragma once

#include "async/idle_pages.hpp"
#include "async/wakeup.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace berth::async {

/// The memory of all transfers of this process, so that many at once share what one alone may use. What has been given
/// back is kept for the next claim of the same size, as part of the limit. Thread-safe.
///
/// No holder of a claim may wait for another one that it cannot do without: a claim is taken whole, used, and given
/// back. Then waiting is for others' progress only, and as claims are granted in the order they were asked for,
/// everybody's turn comes. How long that takes is another matter: who fills memory at a client's pace holds it for as
/// long as that client likes. All of them together get three quarters, so that the others always find something.
///
/// Lifetime: outlives its claims and members.
class memory_budget {
public:
    explicit memory_budget(std::size_t limit_bytes) : limit_{limit_bytes} {}
    memory_budget(const memory_budget&) = delete;
    memory_budget& operator=(const memory_budget&) = delete;

    /// Who fills the memory: a store, which is quick or fails, or a client.
    enum class filled_by { store, client };

    /// Memory that may be used until this goes.
    class claim {
    public:
        claim() = default;
        claim(claim&& other) noexcept
            : from_{std::exchange(other.from_, nullptr)},
              bytes_{other.bytes_},
              by_{other.by_},
              pages_{std::exchange(other.pages_, nullptr)} {}
        claim& operator=(claim other) noexcept {
            std::swap(from_, other.from_);
            std::swap(bytes_, other.bytes_);
            std::swap(by_, other.by_);
            std::swap(pages_, other.pages_);
            return *this;
        }
        ~claim() { release(); }

        std::size_t bytes() const { return from_ ? bytes_ : 0; }
        /// Of bytes() bytes, with anything in them; taken from the kernel when first asked for. Throws std::bad_alloc.
        char* pages();
        void release();

    private:
        friend class memory_budget;
        claim(memory_budget& from, std::size_t bytes, filled_by by, char* pages)
            : from_{&from}, bytes_{bytes}, by_{by}, pages_{pages} {}
        memory_budget* from_ = nullptr;
        std::size_t bytes_ = 0;
        filled_by by_ = filled_by::store;
        char* pages_ = nullptr;
    };

    /// A transfer in progress: their number decides what each should hold at the most.
    class member {
    public:
        explicit member(memory_budget& of);
        ~member();
        member(const member&) = delete;
        member& operator=(const member&) = delete;

        /// The budget divided by its members and a third of one more, so that the next one finds something too: what
        /// each should hold at the most. May change at any time.
        std::size_t fair_share() const;

    private:
        memory_budget& of_;
    };

    /// Waits until so much is free, behind those who wait already. More than the whole budget is granted when nothing
    /// else is claimed. Cancelled, it throws operation_aborted.
    awaitable<claim> acquire(std::size_t bytes, filled_by by = filled_by::store);
    /// Nothing where acquire would wait.
    std::optional<claim> try_acquire(std::size_t bytes, filled_by by = filled_by::store);

    /// Somebody waits.
    bool is_wanted() const;

    std::size_t limit_bytes() const { return limit_; }
    std::size_t used_bytes() const;
    /// What is kept for claims to come.
    std::size_t idle_bytes() const;
    /// The most that was claimed at any time.
    std::size_t peak_bytes() const;

private:
    struct waiter {
        waiter(const asio::any_io_executor& executor, std::size_t size, filled_by who)
            : turn{executor}, bytes{size}, by{who} {}
        wakeup turn;
        const std::size_t bytes;
        const filled_by by;
        bool granted = false;   // guarded by mutex_
        char* pages = nullptr;  // with the grant, where idle ones fitted
    };

    bool fits(std::size_t bytes) const { return used_ == 0 || (bytes <= limit_ && used_ <= limit_ - bytes); }
    /// False for a client's claim when clients have their three quarters.
    bool may_have(std::size_t bytes, filled_by by) const;
    bool somebody_waits() const;
    bool is_granted(const waiter& who) const;
    char* take(std::size_t bytes, filled_by by);
    void give_back(std::size_t bytes, filled_by by, char* pages);
    void make_idle_pages_fit();
    void grant_in_turn();

    const std::size_t limit_;
    mutable std::mutex mutex_;
    std::size_t used_ = 0;  // guarded by mutex_, as are those below
    std::size_t filled_by_clients_ = 0;
    std::size_t peak_ = 0;
    std::size_t members_ = 0;
    idle_pages idle_;
    std::list<std::shared_ptr<waiter>> waiters_;  // first come first
};

}  // namespace berth::async
