#include "simulation/simulation.hpp"

#include "storage/name_collector.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace berth::test {

namespace {

/// Of the course of a simulation that is looked at: longer ones do not end.
constexpr std::size_t most_events = 20'000;
constexpr std::chrono::minutes jump{11};

}  // namespace

class simulation::process final : public storage::driver {
public:
    process(simulation& in, std::size_t number) : in_{in}, number_{number} {}

    bool is_dead = false;
    std::size_t priority = 0;
    std::size_t number() const { return number_; }

    std::string_view name() const override { return "simulation"; }

    awaitable<std::optional<storage::file_info>> stat(storage::path file) override {
        co_await in_.wait(*this, "HEAD " + file);
        std::optional<storage::file_info> found;
        if (const auto at = in_.files_.find(file); at != in_.files_.end())
            found = {at->second.content.size(), at->second.modified};
        co_await in_.wait(*this, "answer");
        co_return found;
    }

    awaitable<std::optional<std::string>> find(storage::path file, std::size_t) override {
        co_await in_.wait(*this, "GET " + file);
        std::optional<std::string> found;
        if (const auto at = in_.files_.find(file); at != in_.files_.end()) found = at->second.content;
        co_await in_.wait(*this, "answer");
        co_return found;
    }

    awaitable<std::optional<storage::open_file>> open(storage::path file, storage::byte_range) override {
        auto content = co_await find(file, std::numeric_limits<std::size_t>::max());
        if (!content) co_return std::nullopt;
        storage::open_file opened{{content->size(), in_.now_}, std::make_unique<async::string_source>(*content)};
        co_return std::move(opened);
    }

    awaitable<void> put(storage::path file, std::string content) override {
        co_await in_.wait(*this, "PUT " + file);
        in_.put(file, std::move(content));
        co_await in_.wait(*this, "answer");
    }

    awaitable<std::unique_ptr<storage::writer>> create(storage::path staging) override;
    awaitable<std::unique_ptr<storage::writer>> resume(storage::path staging, std::string saved, storage::path rest,
                                                       std::uint64_t size_bytes) override;

    awaitable<storage::name_page> list_page(storage::path directory, std::string after, std::size_t limit) override {
        storage::name_collector names{after, limit};
        const storage::path folder = directory + "/";
        storage::path last = folder;
        for (bool more = true; more;) {
            co_await in_.wait(*this, "LIST " + directory);
            std::size_t seen = 0;
            auto at = in_.files_.upper_bound(last);
            for (; at != in_.files_.end() && at->first.starts_with(folder) && seen < in_.options_.page_size; ++seen) {
                last = at->first;
                const std::string rest = last.substr(folder.size());
                names.add(rest.substr(0, rest.find('/')));
                ++at;
            }
            more = at != in_.files_.end() && at->first.starts_with(folder);
            co_await in_.wait(*this, "answer");
        }
        co_return names.take();
    }

    awaitable<storage::file_page> list_files(storage::path directory, storage::path after, std::size_t limit) override {
        const storage::path folder = directory + "/";
        co_await in_.wait(*this, "LIST " + directory);
        storage::file_page page;
        for (auto at = in_.files_.upper_bound(std::max(folder, after));
             at != in_.files_.end() && at->first.starts_with(folder); ++at) {
            page.more = page.files.size() == std::min(limit, in_.options_.page_size);
            if (page.more) break;
            page.files.push_back({at->first, at->second.content.size(), at->second.modified});
        }
        co_await in_.wait(*this, "answer");
        co_return page;
    }

    awaitable<void> remove(storage::path file_or_directory) override {
        const storage::path folder = file_or_directory + "/";
        co_await in_.wait(*this, "LIST " + file_or_directory);
        std::vector<storage::path> files{file_or_directory};
        for (auto at = in_.files_.upper_bound(folder); at != in_.files_.end() && at->first.starts_with(folder); ++at)
            files.push_back(at->first);
        for (const storage::path& file : files) co_await remove_file(file);
    }

    awaitable<void> remove_file(storage::path file) override {
        co_await in_.wait(*this, "DELETE " + file);
        in_.files_.erase(file);
        co_await in_.wait(*this, "answer");
    }

    awaitable<bool> copy(storage::path from, storage::path to) override {
        co_await in_.wait(*this, "COPY " + from + " to " + to);
        const auto at = in_.files_.find(from);
        const bool found = at != in_.files_.end();
        if (found) in_.put(to, std::string{at->second.content});
        co_await in_.wait(*this, "answer");
        co_return found;
    }

    awaitable<wall_time> now() override {
        co_await in_.wait(*this, "TIME");
        const wall_time then = in_.now_;
        co_await in_.wait(*this, "answer");
        co_return then;
    }

    awaitable<bool> remove_until(storage::path file, wall_time deadline) override {
        co_await in_.wait(*this, "DELETE in time " + file);
        const bool in_time = in_.now_ < deadline;
        if (in_time) in_.files_.erase(file);
        co_await in_.wait(*this, "answer");
        co_return in_time;
    }

    awaitable<void> wait_until_past(wall_time deadline) override {
        co_await in_.wait(*this, "past a deadline", deadline + std::chrono::seconds{1});
    }

    std::optional<std::string> presigned_get(const storage::path&, std::chrono::seconds) override {
        return std::nullopt;
    }
    awaitable<void> probe() override { co_return; }

private:
    class process_writer;

    simulation& in_;
    const std::size_t number_;
};

/// What is written becomes visible at once with its commit; where it is staged is nobody's business here.
class simulation::process::process_writer final : public storage::writer {
public:
    explicit process_writer(process& of, std::string bytes = {}) : of_{of}, bytes_{std::move(bytes)} {}

    awaitable<asio::mutable_buffer> prepare() override { co_return asio::buffer(piece_); }
    awaitable<void> append(std::size_t bytes) override {
        bytes_.append(piece_.data(), bytes);
        co_return;
    }
    awaitable<void> settle() override { co_return; }
    awaitable<std::string> save(storage::path rest) override {
        co_await of_.put(std::move(rest), bytes_);
        co_return std::string{};
    }
    awaitable<std::unique_ptr<async::byte_source>> read_back() override {
        co_return std::make_unique<async::string_source>(bytes_);
    }
    awaitable<void> commit(storage::path target) override { return of_.put(std::move(target), bytes_); }
    awaitable<void> clean_up() override { co_return; }

private:
    process& of_;
    std::string bytes_;
    std::array<char, 256> piece_;
};

awaitable<std::unique_ptr<storage::writer>> simulation::process::create(storage::path) {
    co_return std::make_unique<process_writer>(*this);
}

awaitable<std::unique_ptr<storage::writer>> simulation::process::resume(storage::path, std::string, storage::path rest,
                                                                        std::uint64_t size_bytes) {
    auto saved = co_await find(rest, size_bytes);
    if (!saved) throw storage::staging_lost{rest + " is gone"};
    co_return std::make_unique<process_writer>(*this, std::move(*saved));
}

simulation::simulation(options options) : options_{std::move(options)}, random_{options_.seed} {
    if (options_.planned) {
        current_ = options_.planned->first_process;
        return;
    }
    by_priority_ = random_below(4) != 0;
    if (options_.may_crash) crash_at_ = 1 + random_below(400);
    if (options_.may_jump) jump_at_ = 1 + random_below(400);
    for (int i = 0; i < 4; ++i) change_at_.insert(random_below(400));
}

simulation::~simulation() {
    for (const auto& one : processes_) crash(*one);
    context_.poll();
}

storage::driver& simulation::add_process() {
    processes_.push_back(std::make_unique<process>(*this, processes_.size()));
    processes_.back()->priority = random_below(1'000'000);
    return *processes_.back();
}

bool simulation::crashed(const storage::driver& one) const {
    return static_cast<const process&>(one).is_dead;
}

void simulation::start(const storage::driver&, awaitable<void> work) {
    asio::co_spawn(context_, std::move(work), [](std::exception_ptr) {});
}

awaitable<void> simulation::wait(process& of, std::string what, std::optional<wall_time> at) {
    if (!of.is_dead) co_await suspend(of, std::move(what), at);
    if (of.is_dead) throw std::runtime_error{"this process is dead"};
}

awaitable<void> simulation::suspend(process& of, std::string what, std::optional<wall_time> at) {
    return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [this, &of](auto handler, std::string text, std::optional<wall_time> not_before) {
            auto who = std::make_unique<waiting_for<decltype(handler)>>(std::move(handler));
            pending_.push_back({&of, std::move(text), std::move(who), not_before});
        },
        asio::use_awaitable, std::move(what), at);
}

std::optional<std::string> simulation::run(const std::function<std::optional<std::string>()>& after_each_event) {
    for (;;) {
        context_.poll();
        if (auto wrong = after_each_event()) return wrong;
        if (!pick_and_resume()) return std::nullopt;
        if (events_ > most_events) return "it does not come to an end";
    }
}

bool simulation::pick_and_resume() {
    if (pending_.empty()) return false;
    ++events_;
    now_ += std::chrono::milliseconds{10};
    if (events_ == crash_at_) crash(*processes_[random_below(processes_.size())]);
    if (events_ == jump_at_) {
        now_ += jump;
        course_.push_back("the clock jumps");
    }
    if (pending_.empty()) return false;
    if (options_.planned) change_as_planned();
    if (pending_.empty()) return false;
    if (change_at_.contains(events_)) processes_[random_below(processes_.size())]->priority = random_below(1'000'000);
    const auto next = options_.planned ? pick_as_planned() : pick();
    if (next->at) now_ = std::max(now_, *next->at);
    course_.push_back(std::to_string(next->of->number()) + ": " + next->what);
    const auto who = std::move(next->who);
    pending_.erase(next);
    who->resume(context_);
    return true;
}

// Those that wait for the clock have their turn with the others, and the clock goes on with them: so somebody may have
// been stopped for as long.
std::list<simulation::event>::iterator simulation::pick() {
    std::vector<std::list<event>::iterator> able;
    for (auto at = pending_.begin(); at != pending_.end(); ++at) able.push_back(at);
    if (by_priority_) {
        const auto rank = [](const auto& at) { return at->of->priority; };
        const std::size_t first = rank(*std::ranges::max_element(able, {}, rank));
        std::erase_if(able, [&](const auto& at) { return rank(at) != first; });
    }
    return able[random_below(able.size())];
}

void simulation::change_as_planned() {
    const auto& changes = options_.planned->changes;
    for (; next_change_ < changes.size() && changes[next_change_].before_event == events_; ++next_change_) {
        const plan::change& change = changes[next_change_];
        switch (change.what) {
            case plan::turn::switch_to:
                current_ = change.process;
                break;
            case plan::turn::crash:
                crash(*processes_[change.process]);
                break;
            case plan::turn::jump:
                now_ += jump;
                course_.push_back("the clock jumps");
                break;
        }
    }
}

std::list<simulation::event>::iterator simulation::pick_as_planned() {
    const auto first_of = [this](std::size_t number) {
        return std::ranges::find_if(pending_, [&](const event& e) { return e.of->number() == number; });
    };
    auto next = first_of(current_);
    while (next == pending_.end()) {
        current_ = (current_ + 1) % processes_.size();
        next = first_of(current_);
    }
    if (next->what == "answer") return next;
    choice here{events_, current_, {}};
    for (const auto& one : processes_)
        if (one->number() != current_ && first_of(one->number()) != pending_.end())
            here.others.push_back(one->number());
    choices_.push_back(std::move(here));
    return next;
}

void simulation::crash(process& one) {
    course_.push_back(std::to_string(one.number()) + " dies");
    one.is_dead = true;
    for (auto at = pending_.begin(); at != pending_.end();) {
        const auto next = std::next(at);
        if (at->of == &one) {
            at->who->resume(context_);
            pending_.erase(at);
        }
        at = next;
    }
    context_.poll();  // so that who was waiting for it is not forgotten
}

std::vector<storage::path> simulation::files() const {
    std::vector<storage::path> all;
    for (const auto& [file, content] : files_) all.push_back(file);
    return all;
}

std::string simulation::course() const {
    std::string text;
    for (const std::string& line : course_)
        if (!line.ends_with("answer")) text += line + "\n";
    return text;
}

}  // namespace berth::test
