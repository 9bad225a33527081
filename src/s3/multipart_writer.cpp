#include "s3/multipart_writer.hpp"

#include "base/log.hpp"
#include "s3/part_plan.hpp"

namespace berth::s3 {

multipart_writer::multipart_writer(client& through, part_memory& memory, const write_options& how, object_key staging)
    : client_{through}, memory_{memory}, how_{how}, staging_{std::move(staging)} {}

awaitable<void> multipart_writer::write(asio::const_buffer data) {
    while (data.size() != 0) {
        co_await make_room();
        const std::size_t n = buffer_->append(data);
        size_bytes_ += n;
        data += n;
    }
}

awaitable<void> multipart_writer::make_room() {
    if (buffer_ && !buffer_->full()) co_return;
    if (buffer_) co_await send_buffer();
    const std::size_t capacity = part_size(next_number_, how_.chunk_bytes);
    for (;;) {
        if (sender_) {
            sender_->throw_if_failed();
            buffer_ = sender_->take_empty(capacity);
            if (buffer_) co_return;
        }
        const std::size_t in_flight = sender_ ? sender_->in_flight() : 0;
        const bool may_have_one_more = in_flight < buffer_count(capacity) && memory_.try_claim(capacity);
        if (!may_have_one_more && in_flight == 0) memory_.claim(capacity);
        if (may_have_one_more || in_flight == 0) {
            buffer_.emplace(memory_, capacity);
            co_return;
        }
        co_await sender_->wait_for_one();
    }
}

awaitable<void> multipart_writer::send_buffer() {
    if (next_number_ > max_parts) {
        failure why{.operation = "UploadPart", .key = staging_};
        why.text = "a layer of more than " + std::to_string(size_bytes_) +
                   " bytes needs more parts than S3 allows: raise chunksize";
        throw error{std::move(why)};
    }
    if (!sender_) {
        std::string upload_id = co_await client_.create_multipart(staging_);
        sender_ = std::make_shared<part_sender>(client_, staging_, std::move(upload_id));
    }
    const auto executor = co_await asio::this_coro::executor;
    sender_->start(next_number_++, std::move(*buffer_), executor);
    buffer_.reset();
}

awaitable<void> multipart_writer::settle() {
    if (!sender_) co_return;
    co_await sender_->settle();
    sender_->drop_empty();
    sender_->throw_if_failed();
}

awaitable<void> multipart_writer::complete() {
    if (buffer_) co_await send_buffer();
    co_await settle();
    completing_ = true;
    co_await client_.complete_multipart(staging_, sender_->upload_id(), sender_->parts(), size_bytes_);
    completed_ = true;
}

awaitable<std::unique_ptr<async::byte_source>> multipart_writer::read_back() {
    if (!sender_)
        co_return std::make_unique<async::string_source>(buffer_ ? std::string{buffer_->view()} : std::string{});
    if (!completed_) co_await complete();
    auto staged = co_await client_.get(staging_);
    if (!staged) {
        failure why{.operation = "GetObject", .key = staging_};
        why.text = "the upload is complete, but its object is not there: something deletes objects in this bucket";
        throw error{std::move(why)};
    }
    co_return std::move(staged->bytes);
}

awaitable<void> multipart_writer::commit(object_key target) {
    if (!sender_) {
        // Also the empty object. Nothing was staged.
        const std::string_view all = buffer_ ? buffer_->view() : std::string_view{};
        co_await client_.put(target, all);
        buffer_.reset();
        co_return;
    }
    if (!completed_) co_await complete();
    co_await copy_object(client_, staging_, target, size_bytes_, how_.copy);
    co_await clean_up(false, true);
}

awaitable<void> multipart_writer::cancel() {
    buffer_.reset();
    if (!sender_) co_return;
    // The caller may be here because it was cancelled; what it staged goes away all the same.
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await sender_->settle();
    sender_->drop_empty();
    co_await clean_up(!completed_, completing_);
    co_await asio::this_coro::throw_if_cancelled(throws);
}

awaitable<void> multipart_writer::clean_up(bool abort, bool remove) {
    try {
        if (abort) co_await client_.abort_multipart(staging_, sender_->upload_id());
        if (remove) co_await client_.remove(staging_);
    } catch (const std::exception& error) {
        log::warn("cannot remove what an upload staged", {{"key", staging_}, {"error", error.what()}});
    }
}

}  // namespace berth::s3
