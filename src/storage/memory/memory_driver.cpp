#include "storage/memory/memory_driver.hpp"

#include "storage/name_collector.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>

namespace berth::storage {

namespace {

class memory_source final : public async::byte_source {
public:
    memory_source(std::shared_ptr<const std::string> bytes, byte_range range)
        : bytes_{std::move(bytes)}, rest_{asio::buffer(*bytes_) + range.offset} {
        if (range.size_bytes) rest_ = asio::buffer(rest_, *range.size_bytes);
    }

    awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override {
        const std::size_t n = asio::buffer_copy(buffer, rest_);
        rest_ += n;
        co_return n;
    }

private:
    std::shared_ptr<const std::string> bytes_;
    asio::const_buffer rest_;
};

}  // namespace

/// The bytes wait in the writer itself, so staging needs no name and nothing is left behind but what is saved.
class memory_driver::memory_writer final : public writer {
public:
    explicit memory_writer(memory_driver& into, std::string bytes = {}) : into_{into}, bytes_{std::move(bytes)} {}

    awaitable<asio::mutable_buffer> prepare() override { co_return asio::buffer(piece_); }
    awaitable<void> append(std::size_t bytes) override {
        bytes_.append(piece_.data(), bytes);
        co_return;
    }
    awaitable<void> settle() override { co_return; }
    awaitable<std::string> save(path rest) override {
        into_.store(std::move(rest), bytes_);
        co_return std::string{};
    }
    awaitable<std::unique_ptr<async::byte_source>> read_back() override {
        co_return std::make_unique<async::string_source>(bytes_);
    }
    awaitable<void> commit(path target) override {
        into_.store(std::move(target), std::move(bytes_));
        co_return;
    }
    awaitable<void> clean_up() override {
        bytes_ = {};
        co_return;
    }

private:
    memory_driver& into_;
    std::string bytes_;
    std::array<char, 64 * 1024> piece_;
};

std::optional<memory_driver::entry> memory_driver::look_up(const path& file) const {
    const std::lock_guard lock{mutex_};
    const auto at = files_.find(file);
    if (at == files_.end()) return std::nullopt;
    return at->second;
}

void memory_driver::store(path file, std::string content) {
    entry fresh{std::make_shared<const std::string>(std::move(content)), std::chrono::system_clock::now()};
    const std::lock_guard lock{mutex_};
    files_[std::move(file)] = std::move(fresh);
}

awaitable<std::optional<file_info>> memory_driver::stat(path file) {
    const auto found = look_up(file);
    if (!found) co_return std::nullopt;
    co_return file_info{found->bytes->size(), found->modified};
}

awaitable<std::optional<std::string>> memory_driver::find(path file, std::size_t limit_bytes) {
    const auto found = look_up(file);
    if (!found) co_return std::nullopt;
    if (found->bytes->size() > limit_bytes)
        throw error{file + " is larger than the " + std::to_string(limit_bytes) + " bytes it may have"};
    co_return *found->bytes;
}

awaitable<std::optional<open_file>> memory_driver::open(path file, byte_range range) {
    const auto found = look_up(file);
    if (!found) co_return std::nullopt;
    open_file opened;
    opened.info = {found->bytes->size(), found->modified};
    opened.bytes = std::make_unique<memory_source>(found->bytes, range);
    co_return opened;
}

awaitable<void> memory_driver::put(path file, std::string content) {
    store(std::move(file), std::move(content));
    co_return;
}

awaitable<std::unique_ptr<writer>> memory_driver::create(path) {
    co_return std::make_unique<memory_writer>(*this);
}

awaitable<std::unique_ptr<writer>> memory_driver::resume(path staging, std::string, path rest,
                                                         std::uint64_t size_bytes) {
    const auto saved = look_up(rest);
    if (!saved || saved->bytes->size() != size_bytes) throw staging_lost{"what was to become " + staging + " is gone"};
    co_return std::make_unique<memory_writer>(*this, *saved->bytes);
}

awaitable<void> memory_driver::remove_file(path file) {
    const std::lock_guard lock{mutex_};
    files_.erase(file);
    co_return;
}

awaitable<file_page> memory_driver::list_files(path directory, path after, std::size_t limit) {
    file_page page;
    const path folder = directory + "/";
    const std::lock_guard lock{mutex_};
    for (auto at = files_.upper_bound(std::max(folder, after)); at != files_.end(); ++at) {
        if (!at->first.starts_with(folder)) break;
        page.more = page.files.size() == limit;
        if (page.more) break;
        page.files.push_back({at->first, at->second.bytes->size(), at->second.modified});
    }
    co_return page;
}

awaitable<bool> memory_driver::copy(path from, path to) {
    const std::lock_guard lock{mutex_};
    const auto found = files_.find(from);
    if (found == files_.end()) co_return false;
    files_.insert_or_assign(std::move(to), entry{found->second.bytes, std::chrono::system_clock::now()});
    co_return true;
}

awaitable<wall_time> memory_driver::now() {
    co_return std::chrono::system_clock::now();
}

awaitable<bool> memory_driver::remove_until(path file, wall_time deadline) {
    const std::lock_guard lock{mutex_};
    if (std::chrono::system_clock::now() >= deadline) co_return false;
    files_.erase(file);
    co_return true;
}

awaitable<void> memory_driver::wait_until_past(wall_time deadline) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (std::chrono::system_clock::now() < deadline) {
        timer.expires_after(std::chrono::milliseconds{10});
        co_await timer.async_wait(asio::use_awaitable);
    }
}

awaitable<name_page> memory_driver::list_page(path directory, std::string after, std::size_t limit) {
    const std::string prefix = directory + "/";
    name_collector names{std::move(after), limit};
    const std::lock_guard lock{mutex_};
    // The map's order has "a-b" before "a/x"; that of the names is another, so all of them are looked at.
    for (auto at = files_.lower_bound(prefix); at != files_.end() && at->first.starts_with(prefix);) {
        const auto end = at->first.find('/', prefix.size());
        names.add(at->first.substr(prefix.size(), end - prefix.size()));
        // Past all that lies below the same directory: '0' is the character after '/'.
        if (end == path::npos) {
            ++at;
        } else {
            at = files_.lower_bound(at->first.substr(0, end) + '0');
        }
    }
    co_return names.take();
}

awaitable<void> memory_driver::remove(path file_or_directory) {
    const std::string prefix = file_or_directory + "/";
    const std::lock_guard lock{mutex_};
    files_.erase(file_or_directory);
    const auto first = files_.lower_bound(prefix);
    auto last = first;
    while (last != files_.end() && last->first.starts_with(prefix)) ++last;
    files_.erase(first, last);
    co_return;
}

}  // namespace berth::storage
