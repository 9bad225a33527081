#include "storage/timed_driver.hpp"

namespace berth::storage {

namespace {

using clock = std::chrono::steady_clock;

/// Counts the time of its scope.
class timing {
public:
    explicit timing(action_times::histogram& into) : into_{into} {}
    ~timing() { into_.add(clock::now() - begun_); }
    timing(const timing&) = delete;

private:
    action_times::histogram& into_;
    const clock::time_point begun_ = clock::now();
};

class timed_writer final : public writer {
public:
    timed_writer(std::unique_ptr<writer> inner, action_times& times) : inner_{std::move(inner)}, times_{times} {}

    void aim_at(path target, std::optional<std::uint64_t> size_bytes) override {
        inner_->aim_at(std::move(target), size_bytes);
    }
    awaitable<asio::mutable_buffer> prepare() override { return inner_->prepare(); }
    awaitable<void> append(std::size_t bytes) override { return inner_->append(bytes); }
    awaitable<void> settle() override { return inner_->settle(); }
    awaitable<std::string> save(path rest) override { return inner_->save(std::move(rest)); }
    awaitable<std::unique_ptr<async::byte_source>> read_back() override { return inner_->read_back(); }
    awaitable<void> commit(path target) override {
        const timing taken{times_.move};
        co_await inner_->commit(std::move(target));
    }
    awaitable<void> clean_up() override { return inner_->clean_up(); }

private:
    const std::unique_ptr<writer> inner_;
    action_times& times_;
};

}  // namespace

awaitable<std::optional<file_info>> timed_driver::stat(path file) {
    const timing taken{times_.stat};
    co_return co_await inner().stat(std::move(file));
}

awaitable<std::optional<std::string>> timed_driver::find(path file, std::size_t limit_bytes) {
    const timing taken{times_.get_content};
    co_return co_await inner().find(std::move(file), limit_bytes);
}

awaitable<void> timed_driver::put(path file, std::string content) {
    const timing taken{times_.put_content};
    co_await inner().put(std::move(file), std::move(content));
}

awaitable<std::unique_ptr<writer>> timed_driver::create(path staging) {
    auto made = co_await inner().create(std::move(staging));
    co_return std::make_unique<timed_writer>(std::move(made), times_);
}

awaitable<std::unique_ptr<writer>> timed_driver::resume(path staging, std::string saved, path rest,
                                                        std::uint64_t size_bytes) {
    auto made = co_await inner().resume(std::move(staging), std::move(saved), std::move(rest), size_bytes);
    co_return std::make_unique<timed_writer>(std::move(made), times_);
}

awaitable<name_page> timed_driver::list_page(path directory, std::string after, std::size_t limit) {
    const timing taken{times_.list};
    co_return co_await inner().list_page(std::move(directory), std::move(after), limit);
}

awaitable<file_page> timed_driver::list_files(path directory, path after, std::size_t limit) {
    const timing taken{times_.list};
    co_return co_await inner().list_files(std::move(directory), std::move(after), limit);
}

awaitable<void> timed_driver::remove(path file_or_directory) {
    const timing taken{times_.delete_};
    co_await inner().remove(std::move(file_or_directory));
}

awaitable<void> timed_driver::remove_file(path file) {
    const timing taken{times_.delete_};
    co_await inner().remove_file(std::move(file));
}

std::optional<std::string> timed_driver::presigned_get(const path& file, std::chrono::seconds lifetime) {
    const timing taken{times_.url_for};
    return inner().presigned_get(file, lifetime);
}

}  // namespace berth::storage
