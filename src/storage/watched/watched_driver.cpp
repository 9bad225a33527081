#include "storage/watched/watched_driver.hpp"

#include "async/hedge.hpp"

#include <boost/asio/steady_timer.hpp>

namespace berth::storage {

namespace {

/// What became of a question; neither value nor failure: the store is away.
template <class T>
struct outcome {
    std::optional<T> value;
    std::exception_ptr failure;
};

template <class T>
awaitable<outcome<T>> try_to(std::shared_ptr<driver> store, std::function<awaitable<T>(driver&)> question) {
    outcome<T> came;
    try {
        came.value.emplace(co_await question(*store));
    } catch (...) {
        came.failure = std::current_exception();
    }
    co_return came;
}

template <class T>
awaitable<outcome<T>> give_up_when_away(std::shared_ptr<store_watch> watch) {
    co_await watch->until_away();
    co_return outcome<T>{};
}

}  // namespace

watched_driver::watched_driver(std::shared_ptr<driver> store, store_watch::options options)
    : store_{std::move(store)}, watch_{std::make_shared<store_watch>(store_, std::move(options))} {}

awaitable<void> watched_driver::refuse_when_away() {
    const bool may = co_await watch_->may_be_asked();
    if (!may) throw unreachable{"the storage is " + watch_->trouble().value_or("away")};
}

template <class T>
awaitable<T> watched_driver::ask(question<T> what) {
    co_await refuse_when_away();
    const auto watch = watch_;
    const auto second = [watch] { return give_up_when_away<T>(watch); };
    auto came = co_await async::hedge<outcome<T>>(try_to<T>(store_, std::move(what)), watch->patience(), second);
    if (came.value) {
        watch->worked();
        co_return std::move(*came.value);
    }
    if (!came.failure) throw unreachable{"the storage is " + watch->trouble().value_or("away")};
    try {
        std::rethrow_exception(came.failure);
    } catch (const unreachable& failure) {
        watch->failed(failure.what());
        throw;
    }
}

awaitable<std::optional<file_info>> watched_driver::stat(path file) {
    question<std::optional<file_info>> what = [file = std::move(file)](driver& store) { return store.stat(file); };
    return ask(std::move(what));
}

awaitable<std::optional<std::string>> watched_driver::find(path file, std::size_t limit_bytes) {
    question<std::optional<std::string>> what = [file = std::move(file), limit_bytes](driver& store) {
        return store.find(file, limit_bytes);
    };
    return ask(std::move(what));
}

awaitable<std::optional<open_file>> watched_driver::open(path file, byte_range range) {
    question<std::optional<open_file>> what = [file = std::move(file), range](driver& store) {
        return store.open(file, range);
    };
    return ask(std::move(what));
}

awaitable<name_page> watched_driver::list_page(path directory, std::string after, std::size_t limit) {
    question<name_page> what = [directory = std::move(directory), after = std::move(after), limit](driver& store) {
        return store.list_page(directory, after, limit);
    };
    return ask(std::move(what));
}

awaitable<void> watched_driver::put(path file, std::string content) {
    co_await refuse_when_away();
    co_await store_->put(std::move(file), std::move(content));
}

awaitable<std::unique_ptr<writer>> watched_driver::create(path staging) {
    co_await refuse_when_away();
    co_return co_await store_->create(std::move(staging));
}

awaitable<std::unique_ptr<writer>> watched_driver::resume(path staging, std::string saved, path rest,
                                                          std::uint64_t size_bytes) {
    co_await refuse_when_away();
    co_return co_await store_->resume(std::move(staging), std::move(saved), std::move(rest), size_bytes);
}

awaitable<std::unique_ptr<hold>> watched_driver::try_to_hold(path file) {
    co_await refuse_when_away();
    co_return co_await store_->try_to_hold(std::move(file));
}

awaitable<void> watched_driver::remove(path file_or_directory) {
    co_await refuse_when_away();
    co_await store_->remove(std::move(file_or_directory));
}

awaitable<void> watched_driver::remove_file(path file) {
    co_await refuse_when_away();
    co_await store_->remove_file(std::move(file));
}

awaitable<file_page> watched_driver::list_files(path directory, path after, std::size_t limit) {
    question<file_page> what = [directory = std::move(directory), after = std::move(after), limit](driver& store) {
        return store.list_files(directory, after, limit);
    };
    return ask(std::move(what));
}

awaitable<bool> watched_driver::copy(path from, path to) {
    co_await refuse_when_away();
    co_return co_await store_->copy(std::move(from), std::move(to));
}

awaitable<wall_time> watched_driver::now() {
    co_await refuse_when_away();
    co_return co_await store_->now();
}

awaitable<bool> watched_driver::remove_until(path file, wall_time deadline) {
    co_await refuse_when_away();
    co_return co_await store_->remove_until(std::move(file), deadline);
}

awaitable<void> watched_driver::wait_until_past(wall_time deadline) {
    co_await refuse_when_away();
    co_await store_->wait_until_past(deadline);
}

awaitable<unfinished_page> watched_driver::list_unfinished(path directory, std::string from) {
    question<unfinished_page> what = [directory = std::move(directory), from = std::move(from)](driver& store) {
        return store.list_unfinished(directory, from);
    };
    return ask(std::move(what));
}

awaitable<void> watched_driver::remove_unfinished(unfinished_file which) {
    co_await refuse_when_away();
    co_await store_->remove_unfinished(std::move(which));
}

awaitable<void> watched_driver::probe() {
    co_await store_->probe();
    watch_->worked();
}

// Those who were given up have a share in the store, and must not be found with it when the event loops end.
awaitable<bool> watched_driver::others_have_let_go() {
    constexpr long of_this_and_its_watch = 2;
    constexpr int most_looks = 100;
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (int i = 0; store_.use_count() > of_this_and_its_watch; ++i) {
        if (i == most_looks) co_return false;
        timer.expires_after(std::chrono::milliseconds{10});
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return true;
}

awaitable<bool> watched_driver::stop() {
    const bool watch_ended = co_await watch_->stop();
    const bool store_ended = co_await store_->stop();
    const bool questions_ended = co_await others_have_let_go();
    const bool all_ended = watch_ended && store_ended && questions_ended;
    co_return all_ended;
}

}  // namespace berth::storage
