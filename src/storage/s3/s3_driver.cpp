#include "storage/s3/s3_driver.hpp"

#include "async/for_each.hpp"
#include "base/log.hpp"
#include "s3/uri.hpp"
#include "storage/name_collector.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>

namespace berth::storage {

using namespace std::string_view_literals;

namespace {

/// A key that need not be there: asked for when only S3's answer counts.
constexpr std::string_view probed = "/berth-probe";

// The one place where S3's errors become a store's.
[[noreturn]] void throw_as_storage(const s3::error& failure) {
    const bool no_answer = failure.why().status == 0 && failure.why().kind != s3::verdict::fail;
    if (no_answer) throw unreachable{failure.what()};
    const std::string& code = failure.why().code;
    constexpr std::array reads{"GetObject"sv, "HeadObject"sv, "ListObjectsV2"sv, "ListMultipartUploads"sv};
    const bool writes = std::ranges::find(reads, failure.why().operation) == reads.end();
    if (code == "AccessDenied" && writes) throw denied{failure.what()};
    if (code == "NoSuchUpload" || code == "InvalidPart" || code == "InvalidPartOrder")
        throw staging_lost{failure.what()};
    throw error{failure.what()};
}

template <class T>
awaitable<T> as_storage(awaitable<T> work) {
    try {
        co_return co_await std::move(work);
    } catch (const s3::error& failure) {
        throw_as_storage(failure);
    } catch (const std::bad_alloc&) {
        throw error{
            "there is no memory for a transfer's buffers; lower storage.s3.memorybudget, or give the process more"};
    }
}

class s3_source final : public async::byte_source {
public:
    explicit s3_source(std::unique_ptr<async::byte_source> bytes) : bytes_{std::move(bytes)} {}
    awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override {
        return as_storage(bytes_->read_some(buffer));
    }
    awaitable<asio::const_buffer> read_view(std::vector<char>& scratch, std::size_t limit_bytes) override {
        return as_storage(bytes_->read_view(scratch, limit_bytes));
    }

private:
    std::unique_ptr<async::byte_source> bytes_;
};

class s3_writer final : public writer {
public:
    s3_writer(const s3_driver& driver, s3::client& client, async::memory_budget& memory, s3::object_copier& copier,
              const s3::part_plan& parts, const path& staging)
        : driver_{driver}, writer_{client, memory, copier, parts, driver.key(staging)} {}

    void go_on(s3::saved_multipart saved, const path& rest) { writer_.go_on(std::move(saved), driver_.key(rest)); }

    void aim_at(path target, std::optional<std::uint64_t> size_bytes) override {
        writer_.aim_at(driver_.key(target), size_bytes);
    }
    awaitable<asio::mutable_buffer> prepare() override { return as_storage(writer_.prepare()); }
    awaitable<void> append(std::size_t bytes) override {
        writer_.append(bytes);
        co_return;
    }
    awaitable<void> settle() override { return as_storage(writer_.settle()); }
    awaitable<std::string> save(path rest) override {
        const s3::saved_multipart saved = co_await as_storage(writer_.save(driver_.key(rest)));
        co_return saved.to_text();
    }
    awaitable<std::unique_ptr<async::byte_source>> read_back() override {
        co_return std::make_unique<s3_source>(co_await as_storage(writer_.read_back()));
    }
    awaitable<void> commit(path target) override { return as_storage(writer_.commit(driver_.key(target))); }
    awaitable<void> clean_up() override { return writer_.clean_up(); }

private:
    const s3_driver& driver_;
    s3::multipart_writer writer_;
};

file_info to_file_info(const s3::object_info& info) {
    return {info.size_bytes, info.modified};
}

awaitable<std::string> read_small(s3::object& object, const path& file, std::size_t limit_bytes) {
    try {
        co_return co_await async::read_all(*object.bytes, limit_bytes);
    } catch (const std::length_error&) {
        throw error{file + " in S3 has more than " + std::to_string(limit_bytes) + " bytes: damaged, or not ours"};
    }
}

}  // namespace

s3_driver::s3_driver(s3_options options)
    : root_{s3::without_slashes(options.root_directory)},
      parts_{options.write.parts},
      memory_{options.memory_budget_bytes},
      client_{std::move(options.client)},
      reader_{client_, memory_, options.read},
      copier_{client_, options.write.copy} {}

s3::object_key s3_driver::key(std::string_view file) const {
    if (root_.empty()) return s3::object_key{file.substr(1)};
    return root_ + std::string{file};
}

awaitable<std::optional<file_info>> s3_driver::stat(path file) {
    const auto info = co_await as_storage(client_.head(key(file)));
    if (!info) co_return std::nullopt;
    co_return to_file_info(*info);
}

awaitable<std::optional<std::string>> s3_driver::find(path file, std::size_t limit_bytes) {
    auto found = co_await as_storage(client_.get(key(file)));
    if (!found) co_return std::nullopt;
    co_return co_await as_storage(read_small(*found, file, limit_bytes));
}

awaitable<std::optional<open_file>> s3_driver::open(path file, byte_range range) {
    auto found = co_await as_storage(reader_.open(key(file), range.offset, range.size_bytes));
    if (!found) co_return std::nullopt;
    co_return open_file{to_file_info(found->info), std::make_unique<s3_source>(std::move(found->bytes))};
}

awaitable<void> s3_driver::put(path file, std::string content) {
    co_await as_storage(client_.put(key(file), content));
}

awaitable<std::unique_ptr<writer>> s3_driver::create(path staging) {
    co_return std::make_unique<s3_writer>(*this, client_, memory_, copier_, parts_, staging);
}

awaitable<std::unique_ptr<writer>> s3_driver::resume(path staging, std::string saved, path rest,
                                                     std::uint64_t size_bytes) {
    auto read = s3::saved_multipart::parse(saved);
    if (!read || read->size_bytes() != size_bytes) throw staging_lost{"what was saved of " + staging + " is damaged"};
    auto resumed = std::make_unique<s3_writer>(*this, client_, memory_, copier_, parts_, staging);
    resumed->go_on(std::move(*read), rest);
    co_return resumed;
}

awaitable<name_page> s3_driver::list_page(path directory, std::string after, std::size_t limit) {
    const std::string folder = key(directory) + '/';
    name_collector names{after, limit};
    s3::list_query query{.prefix = folder, .delimiter = "/"};
    if (!after.empty()) query.start_after = folder + after;
    // Those wanted, one to see that there are more, and `after` itself, which as a directory ("after/") comes again.
    constexpr std::size_t most = 1000;
    query.max_keys = std::min(limit, most - 2) + 2;
    std::string last;
    do {
        const s3::object_page page = co_await as_storage(client_.list(query));
        // Keys below the folder that end in "/" are folders that some tool has made, not files: no name is left of
        // them directly below, and as common prefixes they count like any directory.
        for (const auto& object : page.objects) {
            names.add(object.key.substr(folder.size()));
            last = std::max(last, object.key);
        }
        for (const std::string& below : page.common_prefixes) {
            names.add(below.substr(folder.size(), below.size() - folder.size() - 1));
            last = std::max(last, below);
        }
        query.token = page.next_token;
    } while (!query.token.empty() && !names.full());

    if (!query.token.empty()) co_await add_directories_behind(last, folder, names);
    co_return names.take();
}

// S3 sorts keys, and the key of a directory ends in "/": "a-b/" comes before "a/", although "a" comes before "a-b". So
// what a listing has not come to by the key `last` may hold a name that belongs before some name it has come to. Only
// beginnings of `last` can: a key beyond `last` whose name N sorts before a seen name M is "N/", and lies beyond M's
// key. Keys in between begin with N, `last` among them, and go on with a character below "/". These few are asked for.
awaitable<void> s3_driver::add_directories_behind(const s3::object_key& last, const std::string& folder,
                                                  name_collector& names) {
    std::vector<std::string> hidden;
    for (std::size_t end = folder.size() + 1; end < last.size(); ++end) {
        std::string name = last.substr(folder.size(), end - folder.size());
        if (last[end] < '/' && names.wants(name)) hidden.push_back(std::move(name));
    }
    constexpr std::size_t at_once = 8;
    const auto add_one = [&](std::string& name) { return add_if_directory(folder, name, names); };
    co_await async::for_each(hidden, at_once, add_one);
}

awaitable<void> s3_driver::add_if_directory(const std::string& folder, const std::string& name, name_collector& names) {
    const s3::list_query query{.prefix = folder + name + '/', .max_keys = 1};
    const s3::object_page page = co_await as_storage(client_.list(query));
    if (!page.objects.empty()) names.add(name);
}

awaitable<void> s3_driver::remove(path file_or_directory) {
    const s3::object_key exact = key(file_or_directory);
    s3::list_query query{.prefix = exact + '/'};
    do {
        const s3::object_page page = co_await as_storage(client_.list(query));
        std::vector<s3::object_key> keys;
        for (const auto& object : page.objects) keys.push_back(object.key);
        if (!keys.empty()) co_await as_storage(client_.remove(std::span<const s3::object_key>{keys}));
        query.token = page.next_token;
    } while (!query.token.empty());
    co_await as_storage(client_.remove(exact));
}

awaitable<void> s3_driver::remove_file(path file) {
    co_await as_storage(client_.remove(key(file)));
}

awaitable<file_page> s3_driver::list_files(path directory, path after, std::size_t limit) {
    constexpr std::size_t most = 1000;
    const std::string folder = key(directory) + '/';
    s3::object_key last = after.empty() ? folder : key(after);
    s3::list_query query{.prefix = folder, .start_after = last};
    file_page found;
    do {
        query.max_keys = std::min(limit - found.files.size(), most);
        const s3::object_page page = co_await as_storage(client_.list(query));
        for (const auto& object : page.objects) {
            // Half a listing, or one without an end, must not pass for a whole one.
            if (object.key <= last || !object.key.starts_with(folder))
                throw error{"S3's listing of " + folder + " is out of order at " + object.key + "; ask who runs it"};
            last = object.key;
            if (object.key.ends_with('/')) continue;  // a folder that some tool has made
            path file = root_.empty() ? '/' + object.key : object.key.substr(root_.size());
            found.files.push_back({std::move(file), object.size_bytes, object.modified});
        }
        query.token = page.next_token;
    } while (!query.token.empty() && found.files.size() < limit);
    found.more = !query.token.empty();
    co_return found;
}

awaitable<bool> s3_driver::copy(path from, path to) {
    const auto info = co_await as_storage(client_.head(key(from)));
    if (!info) co_return false;
    try {
        co_await copier_.copy(key(from), key(to), info->size_bytes);
    } catch (const s3::error& failure) {
        if (failure.why().code == "NoSuchKey") co_return false;  // removed since
        throw_as_storage(failure);
    }
    co_return true;
}

awaitable<wall_time> s3_driver::now() {
    co_return co_await as_storage(client_.time(key(probed)));
}

awaitable<bool> s3_driver::remove_until(path file, wall_time deadline) {
    const s3::validity only{deadline - longest_deadline, longest_deadline};
    std::exception_ptr failure;
    bool is_open = false;
    try {
        co_return co_await client_.remove(key(file), only);
    } catch (const s3::error& error) {
        failure = std::make_exception_ptr(storage::error{error.what()});
        is_open = error.why().status == 0 || error.why().status >= 500;
    }
    if (!is_open) std::rethrow_exception(failure);
    co_await wait_until_past(deadline);
    const auto there = co_await stat(std::move(file));
    co_return !there;
}

// A server does what it took in time a little later.
awaitable<void> s3_driver::wait_until_past(wall_time deadline) {
    constexpr std::chrono::seconds margin{5};
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (;;) {
        const auto left = deadline + margin - co_await now();
        if (left <= left.zero()) co_return;
        timer.expires_after(std::chrono::duration_cast<std::chrono::milliseconds>(left));
        co_await timer.async_wait(asio::use_awaitable);
    }
}

awaitable<unfinished_page> s3_driver::list_unfinished(path directory, std::string from) {
    s3::upload_page before;
    if (const std::size_t end = from.rfind('\n'); end != std::string::npos) {  // of the key: an id holds none
        before.next_key_marker = from.substr(0, end);
        before.next_id_marker = from.substr(end + 1);
    }
    const s3::object_key above = root_.empty() ? "" : root_ + '/';
    const s3::upload_page page = co_await as_storage(client_.list_multiparts(key(directory) + '/', before));
    unfinished_page found;
    for (const auto& one : page.uploads)
        if (one.key.starts_with(above)) found.files.push_back({'/' + one.key.substr(above.size()), one.begun, one.id});
    if (!page.next_key_marker.empty()) found.next = page.next_key_marker + '\n' + page.next_id_marker;
    co_return found;
}

awaitable<void> s3_driver::remove_unfinished(unfinished_file which) {
    co_await as_storage(client_.abort_multipart(key(which.target), which.id));
}

std::optional<std::string> s3_driver::presigned_get(const path& file, std::chrono::seconds lifetime) {
    return client_.presign_get(key(file), lifetime);
}

awaitable<void> s3_driver::probe() {
    try {
        co_await client_.probe(key(probed));
    } catch (const s3::error& failure) {
        // S3 is there and knows us, but this key is none of our business: pulls and pushes may still work.
        if (failure.why().code != "AccessDenied") throw_as_storage(failure);
        if (!warned_of_denial_.exchange(true)) log::warn("S3 denies the health probe", {{"error", failure.what()}});
    }
}

}  // namespace berth::storage
