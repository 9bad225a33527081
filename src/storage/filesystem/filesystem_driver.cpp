#include "storage/filesystem/filesystem_driver.hpp"

#include "base/log.hpp"
#include "storage/filesystem/files.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace berth::storage {

namespace {

std::string without_trailing_slashes(std::string directory) {
    while (directory.ends_with('/')) directory.pop_back();
    return directory;
}

}  // namespace

class filesystem_driver::file_source final : public async::byte_source {
public:
    file_source(filesystem_driver& of, std::string file, files::opened from, byte_range range)
        : of_{of}, file_{std::move(file)}, from_{std::move(from)} {
        next_ = std::min(range.offset, from_.info.size_bytes);
        const std::uint64_t rest = from_.info.size_bytes - next_;
        end_ = next_ + std::min(range.size_bytes.value_or(rest), rest);
    }

    awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override {
        const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), end_ - next_);
        if (wanted == 0) co_return 0;
        const auto read = [&] {
            return files::read_at(from_.fd, file_, static_cast<char*>(buffer.data()), wanted, next_);
        };
        const std::size_t n = co_await of_.pool_.run(read);
        if (n == 0) throw error{file_ + " became shorter while it was read; find out who writes to it"};
        next_ += n;
        co_return n;
    }

private:
    filesystem_driver& of_;
    std::string file_;
    files::opened from_;
    std::uint64_t next_ = 0;
    std::uint64_t end_ = 0;
};

class filesystem_driver::file_writer final : public writer {
public:
    file_writer(filesystem_driver& of, std::string staging, unique_fd fd = unique_fd{})
        : of_{of}, staging_{std::move(staging)}, fd_{std::move(fd)}, staged_{fd_} {}

    awaitable<asio::mutable_buffer> prepare() override {
        piece_.resize(piece_bytes);
        co_return asio::buffer(piece_);
    }

    awaitable<void> append(std::size_t bytes) override {
        const auto work = [&] {
            open_staging();
            files::write_all(fd_, staging_, piece_.data(), bytes);
        };
        co_await of_.pool_.run(work);
    }

    awaitable<void> settle() override {
        piece_ = {};
        co_return;
    }

    awaitable<std::string> save(path) override {
        const auto work = [&] {
            open_staging();
            files::sync(fd_, staging_);
        };
        co_await of_.pool_.run(work);
        co_return std::string{};
    }

    awaitable<std::unique_ptr<async::byte_source>> read_back() override {
        const auto work = [&] {
            open_staging();
            auto from = files::open(staging_);
            if (!from) throw error{staging_ + " is gone before the upload's end; find out who removes it"};
            return std::move(*from);
        };
        files::opened from = co_await of_.pool_.run(work);
        co_return std::make_unique<file_source>(of_, staging_, std::move(from), byte_range{});
    }

    awaitable<void> commit(path target) override {
        const auto work = [&] {
            open_staging();
            files::publish(fd_, staging_, of_.full(target));
            published_ = true;
        };
        co_await of_.pool_.run(work);
    }

    awaitable<void> clean_up() override {
        piece_ = {};
        if (!staged_) co_return;
        staged_ = false;
        const auto work = [&] {
            fd_ = unique_fd{};
            if (!published_) files::remove(staging_);
            files::remove_if_empty(std::filesystem::path{staging_}.parent_path());
        };
        try {
            co_await of_.pool_.run(work);
        } catch (const std::exception& e) {
            log::warn("an upload's file could not be removed", {{"error", e.what()}});
        }
    }

private:
    static constexpr std::size_t piece_bytes = 128 * 1024;

    // Once there is something to stage.
    void open_staging() {
        if (fd_) return;
        staged_ = true;
        fd_ = files::create(staging_);
    }

    filesystem_driver& of_;
    std::string staging_;
    unique_fd fd_;         // from open_staging to clean_up
    bool staged_ = false;  // something may be there
    bool published_ = false;
    std::vector<char> piece_;
};

filesystem_driver::filesystem_driver(options options)
    : root_{without_trailing_slashes(std::move(options.rootdirectory))},
      pool_{std::clamp<std::size_t>(options.maxthreads, 1, 16)} {}

awaitable<std::optional<file_info>> filesystem_driver::stat(path file) {
    const auto work = [&] { return files::stat(full(file)); };
    co_return co_await pool_.run(work);
}

awaitable<std::optional<std::string>> filesystem_driver::find(path file, std::size_t limit_bytes) {
    const auto work = [&]() -> std::optional<std::string> {
        const std::string name = full(file);
        const auto from = files::open(name);
        if (!from) return std::nullopt;
        if (from->info.size_bytes > limit_bytes)
            throw error{name + " is larger than the " + std::to_string(limit_bytes) + " bytes it may have"};
        std::string content(from->info.size_bytes, '\0');
        content.resize(files::read_at(from->fd, name, content.data(), content.size(), 0));
        return content;
    };
    co_return co_await pool_.run(work);
}

awaitable<std::optional<open_file>> filesystem_driver::open(path file, byte_range range) {
    const auto work = [&]() -> std::optional<open_file> {
        std::string name = full(file);
        auto from = files::open(name);
        if (!from) return std::nullopt;
        open_file opened;
        opened.info = from->info;
        opened.bytes = std::make_unique<file_source>(*this, std::move(name), std::move(*from), range);
        return opened;
    };
    co_return co_await pool_.run(work);
}

awaitable<void> filesystem_driver::put(path file, std::string content) {
    const auto work = [&] { files::put(full(file), content); };
    co_await pool_.run(work);
}

awaitable<std::unique_ptr<writer>> filesystem_driver::create(path staging) {
    co_return std::make_unique<file_writer>(*this, full(staging));
}

awaitable<std::unique_ptr<writer>> filesystem_driver::resume(path staging, std::string, path,
                                                             std::uint64_t size_bytes) {
    const std::string file = full(staging);
    const auto work = [&] { return files::reopen(file, size_bytes); };
    unique_fd fd = co_await pool_.run(work);
    co_return std::make_unique<file_writer>(*this, file, std::move(fd));
}

awaitable<std::unique_ptr<hold>> filesystem_driver::try_to_hold(path file) {
    const auto work = [&] { return files::try_to_hold(full(file)); };
    co_return co_await pool_.run(work);
}

awaitable<name_page> filesystem_driver::list_page(path directory, std::string after, std::size_t limit) {
    const auto work = [&] { return files::list_page(full(directory), std::move(after), limit); };
    co_return co_await pool_.run(work);
}

awaitable<void> filesystem_driver::remove(path file_or_directory) {
    const auto work = [&] { files::remove(full(file_or_directory)); };
    co_await pool_.run(work);
}

awaitable<void> filesystem_driver::remove_file(path file) {
    return remove(std::move(file));
}

awaitable<file_page> filesystem_driver::list_files(path directory, path after, std::size_t limit) {
    const auto work = [&] { return files::list_files(root_, directory, after, limit); };
    co_return co_await pool_.run(work);
}

awaitable<bool> filesystem_driver::copy(path from, path to) {
    const auto work = [&] { return files::copy(full(from), full(to)); };
    co_return co_await pool_.run(work);
}

awaitable<wall_time> filesystem_driver::now() {
    const auto work = [&] { return files::now(root_); };
    co_return co_await pool_.run(work);
}

awaitable<bool> filesystem_driver::remove_until(path file, wall_time deadline) {
    const auto work = [&] { return files::remove_until(root_, full(file), deadline); };
    co_return co_await pool_.run(work);
}

awaitable<void> filesystem_driver::wait_until_past(wall_time deadline) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    const auto work = [&] { return files::is_past(root_, deadline); };
    while (!co_await pool_.run(work)) {
        timer.expires_after(std::chrono::milliseconds{100});
        co_await timer.async_wait(asio::use_awaitable);
    }
}

awaitable<void> filesystem_driver::probe() {
    const auto work = [&] { files::probe(root_.empty() ? "/" : root_); };
    co_await pool_.run(work);
}

}  // namespace berth::storage
