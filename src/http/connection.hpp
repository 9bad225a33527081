#pragma once

#include "http/client.hpp"
#include "http/message_reader.hpp"

namespace berth::http {

/// A client's connection: the pipe, what was read too far, and the message that is being read.
class connection {
public:
    /// `traffic`: where to count; may be null.
    connection(std::unique_ptr<transport> pipe, client_traffic* traffic) : pipe_{std::move(pipe)}, traffic_{traffic} {
        if (traffic_) traffic_->connections_opened.add();
    }
    ~connection() {
        if (traffic_) traffic_->connections_closed.add();
    }
    connection(const connection&) = delete;

    transport& pipe() { return *pipe_; }
    message_reader<false>& start_message() {
        reader_.emplace(*pipe_, buffer_);
        return *reader_;
    }
    message_reader<false>& reader() { return *reader_; }

    /// Whether another request can follow the message that was read.
    bool is_reusable() const { return reader_ && reader_->is_done() && reader_->keep_alive() && buffer_.size() == 0; }

    std::chrono::steady_clock::time_point idle_since{};

private:
    std::unique_ptr<transport> pipe_;
    client_traffic* const traffic_;
    boost::beast::flat_buffer buffer_;
    std::optional<message_reader<false>> reader_;
};

}  // namespace berth::http
