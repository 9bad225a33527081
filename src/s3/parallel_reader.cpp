#include "s3/parallel_reader.hpp"

namespace berth::s3 {

/// One reader's way through an object: in a fetch as long as that can keep pace with it, then in another one.
class parallel_reader::source final : public async::byte_source {
public:
    source(parallel_reader& from, object_key key, std::uint64_t offset, std::optional<std::uint64_t> end,
           const asio::any_io_executor& executor)
        : from_{from}, key_{std::move(key)}, end_{end}, executor_{executor}, here_{executor, offset} {
        fetch_ = from_.join_or_start(key_, here_, end_, executor_);
    }
    ~source() override { fetch_->leave(here_); }

    awaitable<std::optional<object_info>> info() {
        for (;;) {
            if (const auto answer = fetch_->first_answer()) co_return answer->info;
            co_await here_.changed.sleep();
        }
    }

    awaitable<asio::const_buffer> read_view(std::vector<char>&, std::size_t limit_bytes) override {
        give_back();
        for (;;) {
            auto portion = fetch_->take(here_, end_);
            switch (portion.what) {
                case object_fetch::portion::kind::bytes:
                    held_ = std::move(portion.held);
                    given_ = std::min(portion.view.size(), limit_bytes);
                    co_return asio::buffer(portion.view, given_);
                case object_fetch::portion::kind::end:
                    co_return asio::const_buffer{};
                case object_fetch::portion::kind::nothing_yet:
                    co_await here_.changed.sleep();
                    break;
                case object_fetch::portion::kind::left_behind:
                    co_await go_on_alone();
                    break;
            }
        }
    }

    awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override {
        std::vector<char> unused;
        const asio::const_buffer view = co_await read_view(unused, buffer.size());
        const std::size_t n = asio::buffer_copy(buffer, view);
        give_back();
        co_return n;
    }

private:
    void give_back() {
        held_.reset();
        if (given_ != 0) fetch_->advance(here_, std::exchange(given_, 0));
    }

    awaitable<void> go_on_alone() {
        here_.left_behind = false;
        fetch_ = from_.join_or_start(key_, here_, end_, executor_);
        const auto there = co_await info();
        if (!there) {
            failure why{.operation = "GetObject", .key = key_};
            why.text = "the object " + key_ + " in S3 went away while it was read";
            throw error{std::move(why)};
        }
    }

    parallel_reader& from_;
    const object_key key_;
    const std::optional<std::uint64_t> end_;
    const asio::any_io_executor executor_;
    object_fetch::position here_;
    std::shared_ptr<object_fetch> fetch_;
    std::shared_ptr<const object_fetch::chunk> held_;  // what the view that was given last lies in
    std::size_t given_ = 0;
};

std::shared_ptr<object_fetch> parallel_reader::join_or_start(const object_key& key, object_fetch::position& who,
                                                             std::optional<std::uint64_t> end,
                                                             const asio::any_io_executor& executor) {
    std::shared_ptr<object_fetch> fresh;
    {
        const std::lock_guard lock{mutex_};
        auto& newest = newest_[key];
        if (auto running = newest.lock(); running && running->join(who, end)) return running;
        fresh = std::make_shared<object_fetch>(client_, memory_, pace_, key, who.next, end, executor);
        fresh->join(who, end);
        newest = fresh;
        std::erase_if(newest_, [](const auto& entry) { return entry.second.expired(); });
    }
    running_.spawn(executor, fresh->run());
    return fresh;
}

awaitable<std::optional<object>> parallel_reader::open(object_key key, std::uint64_t offset,
                                                       std::optional<std::uint64_t> size_bytes) {
    if (size_bytes == 0u) co_return co_await client_.get_range(std::move(key), {offset, size_bytes});
    const auto executor = co_await asio::this_coro::executor;
    std::optional<std::uint64_t> end;
    if (size_bytes) end = offset + *size_bytes;
    auto reading = std::make_unique<source>(*this, std::move(key), offset, end, executor);
    const auto info = co_await reading->info();
    if (!info) co_return std::nullopt;
    co_return object{*info, std::move(reading)};
}

awaitable<bool> parallel_reader::stop() {
    running_.cancel();
    co_return co_await running_.wait(std::chrono::seconds{5});
}

}  // namespace berth::s3
