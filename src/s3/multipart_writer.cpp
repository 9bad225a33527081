#include "s3/multipart_writer.hpp"

#include "async/for_each.hpp"
#include "async/shielded.hpp"
#include "base/log.hpp"
#include "s3/md5.hpp"

#include <algorithm>
#include <cassert>

namespace berth::s3 {

namespace {

// Enough to fill the line to one S3 server at AWS's usual latency and speed of a connection.
constexpr std::size_t max_in_flight = 12;

awaitable<void> logged(awaitable<void> work, const object_key& key) {
    try {
        co_await std::move(work);
    } catch (const std::exception& error) {
        log::warn("cannot remove what an upload staged", {{"key", key}, {"error", error.what()}});
    }
}

}  // namespace

multipart_writer::multipart_writer(client& through, async::memory_budget& memory, object_copier& copier,
                                   const part_plan& parts, object_key staging)
    : client_{through}, memory_{memory}, copier_{copier}, plan_{parts}, staging_{std::move(staging)}, key_{staging_} {}

void multipart_writer::go_on(saved_multipart saved, object_key rest) {
    assert(size_bytes_ == 0);
    if (!saved.upload_id.empty())
        sender_ = std::make_shared<part_sender>(client_, key_, std::move(saved.upload_id), saved.etags);
    next_number_ = static_cast<unsigned>(saved.etags.size()) + 1;
    size_bytes_ = saved.sent_bytes;
    rest_ = std::move(rest);
    rest_bytes_ = saved.rest_bytes;
    completing_ = sender_ != nullptr;
}

void multipart_writer::aim_at(object_key target, std::optional<std::uint64_t> size_bytes) {
    assert(size_bytes_ == 0);
    key_ = std::move(target);
    expected_bytes_ = size_bytes;
}

// Whole pages, and no more of them than will be needed.
std::size_t multipart_writer::next_capacity() const {
    constexpr std::uint64_t page = 4096;
    const std::uint64_t part = plan_.size_of(next_number_);
    if (!expected_bytes_ || *expected_bytes_ <= size_bytes_) return part;
    const std::uint64_t rest = *expected_bytes_ - size_bytes_;
    return std::min(part, (rest + page - 1) / page * page);
}

awaitable<asio::mutable_buffer> multipart_writer::prepare() {
    co_await make_room();
    co_return buffer_->room();
}

void multipart_writer::append(std::size_t bytes) {
    buffer_->advance(bytes);
    size_bytes_ += bytes;
}

awaitable<void> multipart_writer::make_room() {
    co_await fetch_rest();
    if (buffer_ && !buffer_->full()) co_return;
    if (buffer_) co_await send_buffer();
    if (!member_) member_.emplace(memory_);
    const std::size_t capacity = next_capacity();
    for (;;) {
        const std::size_t in_flight = sender_ ? sender_->in_flight() : 0;
        const std::size_t affordable = member_->fair_share() / capacity;  // 0 where not everybody can have one at once
        if (sender_) sender_->throw_if_failed();
        std::optional<async::memory_budget::claim> claim;
        if (in_flight == 0) {
            claim.emplace(co_await memory_.acquire(capacity, async::memory_budget::filled_by::client));
        } else if (in_flight < std::min(max_in_flight, affordable)) {
            claim = memory_.try_acquire(capacity, async::memory_budget::filled_by::client);
        }
        if (claim) {
            buffer_.emplace(std::move(*claim));
            co_return;
        }
        co_await sender_->wait_for_one();
    }
}

awaitable<void> multipart_writer::send_buffer() {
    if (next_number_ > max_parts) {
        failure why{.operation = "UploadPart", .key = key_};
        why.text = "a layer of more than " + std::to_string(size_bytes_) +
                   " bytes needs more parts than S3 allows: raise chunksize";
        throw error{std::move(why)};
    }
    if (!sender_) co_await begin();
    const auto executor = co_await asio::this_coro::executor;
    sender_->start(next_number_++, std::move(*buffer_), executor);
    buffer_.reset();
}

awaitable<void> multipart_writer::begin() {
    std::string upload_id = co_await client_.create_multipart(key_);
    sender_ = std::make_shared<part_sender>(client_, key_, std::move(upload_id));
}

awaitable<void> multipart_writer::settle() {
    member_.reset();
    if (!sender_) co_return;
    co_await sender_->settle();
    sender_->throw_if_failed();
}

awaitable<saved_multipart> multipart_writer::save(object_key rest) {
    assert(!is_aimed());
    co_await fetch_rest();
    if (buffer_ && buffer_->full()) {  // no rest: the part that it is anyway
        co_await send_buffer();
        co_await settle();
    }
    saved_multipart saved;
    if (buffer_) saved.rest_bytes = buffer_->view().size();
    if (saved.rest_bytes != 0) co_await client_.put(rest, buffer_->view());
    saved.sent_bytes = size_bytes_ - saved.rest_bytes;
    if (!sender_) co_return saved;
    saved.upload_id = sender_->upload_id();
    for (const completed_part& part : sender_->parts()) saved.etags.push_back(part.etag);
    co_return saved;
}

// They come as if a client sent them: whoever saved them may have had larger parts.
awaitable<void> multipart_writer::fetch_rest() {
    if (rest_bytes_ == 0) co_return;
    const std::uint64_t there = std::exchange(rest_bytes_, 0);
    co_await make_room();
    const auto object = co_await client_.get(rest_);
    if (!object || object->info.size_bytes != there) throw error{missing_staging(rest_)};
    for (std::uint64_t left = there; left != 0;) {
        const asio::mutable_buffer room = co_await prepare();
        const std::size_t n = co_await object->bytes->read_some(asio::buffer(room, left));
        if (n == 0) throw error{missing_staging(rest_)};
        append(n);
        left -= n;
    }
}

failure multipart_writer::missing_staging(const object_key& what) const {
    failure why{.code = "NoSuchUpload", .operation = "GetObject", .key = what};
    why.text = "what an upload has staged is not there any more: something deletes objects in this bucket";
    return why;
}

// Whoever this one goes on after may have come so far, and no further.
awaitable<bool> multipart_writer::was_completed() {
    std::vector<completed_part> parts = sender_->parts();
    if (buffer_ && !buffer_->view().empty()) parts.push_back({next_number_, part_etag(buffer_->view())});
    co_return co_await client_.is_completed(key_, parts, size_bytes_);
}

awaitable<void> multipart_writer::complete() {
    co_await fetch_rest();
    if (completing_) completed_ = co_await was_completed();
    if (completed_) co_return;
    if (buffer_ && !buffer_->view().empty()) co_await send_buffer();
    co_await settle();
    completing_ = true;
    co_await client_.complete_multipart(key_, sender_->upload_id(), sender_->parts(), size_bytes_);
    completed_ = true;
}

awaitable<std::unique_ptr<async::byte_source>> multipart_writer::read_back() {
    assert(!is_aimed());
    co_await fetch_rest();
    if (!sender_)
        co_return std::make_unique<async::string_source>(buffer_ ? std::string{buffer_->view()} : std::string{});
    if (!completed_) co_await complete();
    auto staged = co_await client_.get(staging_);
    if (!staged) throw error{missing_staging(staging_)};
    co_return std::move(staged->bytes);
}

awaitable<void> multipart_writer::commit(object_key target) {
    assert(!is_aimed() || target == key_);
    co_await fetch_rest();
    if (!sender_) {
        // Also the empty object. Nothing was staged.
        const std::string_view all = buffer_ ? buffer_->view() : std::string_view{};
        co_await client_.put(target, all);
        buffer_.reset();
        co_return;
    }
    if (!completed_) co_await complete();
    if (!is_aimed()) co_await copier_.copy(staging_, target, size_bytes_);
}

// The caller may be here because it was cancelled; what it staged goes away all the same.
awaitable<void> multipart_writer::clean_up() {
    return async::shielded(remove_staged());
}

awaitable<void> multipart_writer::remove_staged() {
    member_.reset();
    buffer_.reset();
    if (sender_) co_await sender_->settle();
    std::vector<awaitable<void>> steps;
    if (sender_ && !completed_) steps.push_back(logged(client_.abort_multipart(key_, sender_->upload_id()), key_));
    // What stands at another key than the staging one was verified, or is somebody else's.
    if (completing_ && !is_aimed()) steps.push_back(logged(client_.remove(staging_), staging_));
    co_await async::await_all(steps);
    sender_.reset();
    rest_bytes_ = 0;
    completing_ = completed_ = false;
}

}  // namespace berth::s3
