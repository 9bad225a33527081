#pragma once

#include "async/asio.hpp"
#include "storage/driver.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace berth::test {

/// A course without any chance: a process goes on until it has nothing to do, then the next one does, but for what is
/// turned over before some events.
struct plan {
    enum class turn { switch_to, crash, jump };
    struct change {
        std::size_t before_event;
        turn what;
        std::size_t process;  ///< Which is the one from now on, or dies.
    };
    std::size_t first_process = 0;
    std::vector<change> changes;  ///< In the order of their events.
};

/// A store that is asked by several processes, in one thread and with a clock of its own, so that nothing happens by
/// chance: each question takes effect and is answered in two events, and a plan, or else a seed, decides which of all
/// pending events is the next, which process dies between two of them, and when time passes. The same plan or seed, the
/// same course.
///
/// The store is S3 as a registry sees it: single keys change at once, listings come page by page, and what is under way
/// when its process dies has happened or never does. A process that is dead gets an exception for each question, so
/// that its coroutines end.
class simulation {
public:
    struct options {
        std::uint64_t seed = 0;
        std::optional<plan> planned{};  ///< Then neither the seed counts nor what may happen.
        bool may_crash = false;         ///< One process dies.
        bool may_jump = false;          ///< The clock jumps by more than a collection may be silent.
        std::size_t page_size = 3;
    };

    explicit simulation(options options);
    ~simulation();

    /// A process's own way to the store. Lifetime: belongs to the simulation.
    storage::driver& add_process();
    /// Lets a process do something; what it throws is kept as its failure.
    void start(const storage::driver& process, awaitable<void> work);

    /// Until nothing is pending any more. `after_each_event` returns what is wrong, or nothing.
    std::optional<std::string> run(const std::function<std::optional<std::string>()>& after_each_event);

    /// What lies in the store, without any event.
    bool has(const storage::path& file) const { return files_.contains(file); }
    const std::string* content(const storage::path& file) const {
        const auto found = files_.find(file);
        return found == files_.end() ? nullptr : &found->second.content;
    }
    void put(const storage::path& file, std::string content) { files_[file] = {std::move(content), now_}; }
    std::vector<storage::path> files() const;
    /// All that has happened, a line each.
    std::string course() const;
    bool crashed(const storage::driver& process) const;

    /// An event of a planned course before which another process could have gone on. Before answers none is, as nothing
    /// but that process sees them.
    struct choice {
        std::size_t before_event;
        std::size_t process;              ///< That went on.
        std::vector<std::size_t> others;  ///< That could have.
    };
    const std::vector<choice>& choices() const { return choices_; }

private:
    class process;
    struct waiting {
        virtual ~waiting() = default;
        virtual void resume(asio::io_context& on) = 0;
    };
    template <class Handler>
    struct waiting_for final : waiting {
        explicit waiting_for(Handler h) : handler{std::move(h)} {}
        void resume(asio::io_context& on) override { asio::post(on, std::move(handler)); }
        Handler handler;
    };
    struct event {
        process* of;
        std::string what;
        std::unique_ptr<waiting> who;
        std::optional<wall_time> at{};  ///< Not before then.
    };
    struct file {
        std::string content;
        wall_time modified;
    };

    awaitable<void> wait(process& of, std::string what, std::optional<wall_time> at = std::nullopt);
    awaitable<void> suspend(process& of, std::string what, std::optional<wall_time> at);
    bool pick_and_resume();
    std::list<event>::iterator pick();
    std::list<event>::iterator pick_as_planned();
    void change_as_planned();
    void crash(process& one);
    std::size_t random_below(std::size_t end) {
        return std::uniform_int_distribution<std::size_t>{0, end - 1}(random_);
    }

    const options options_;
    std::mt19937_64 random_;
    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
    wall_time now_ = wall_time{} + std::chrono::hours{24 * 365 * 50};
    std::map<storage::path, file> files_;
    std::vector<std::unique_ptr<process>> processes_;
    std::list<event> pending_;
    std::vector<std::string> course_;
    std::size_t events_ = 0, crash_at_ = 0, jump_at_ = 0;
    std::set<std::size_t> change_at_;  // when another process becomes the first
    bool by_priority_ = false;
    std::size_t next_change_ = 0, current_ = 0;  // of the plan
    std::vector<choice> choices_;
};

}  // namespace berth::test
