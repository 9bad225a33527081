#pragma once

#include "async/asio.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace berth::async {

/// Bytes of an open file.
struct file_part {
    int descriptor = -1;
    std::uint64_t offset = 0;
    std::size_t size_bytes = 0;
};

/// Bytes that arrive piece by piece: a request's body, a blob from a store, a response from S3.
/// One reader at a time; no two reads at once.
class byte_source {
public:
    virtual ~byte_source() = default;

    /// Reads at least one byte into `buffer` (which is not empty) and returns how many; 0 means the end was reached
    /// and everything arrived. Throws when the source breaks before its end.
    virtual awaitable<std::size_t> read_some(asio::mutable_buffer buffer) = 0;

    /// The same without a copy, where the bytes are in memory already: at least one and at most `limit_bytes`, valid
    /// until the next read or the source's end; empty at the end. Other sources read them into `scratch`.
    virtual awaitable<asio::const_buffer> read_view(std::vector<char>& scratch, std::size_t limit_bytes);

    /// The next bytes, at least one and at most `limit_bytes`, where they lie in a file and can be sent from its pages;
    /// valid until the next read or the source's end. None: one of the other two reads them.
    virtual awaitable<file_part> read_in_file(std::size_t /*limit_bytes*/) { co_return file_part{}; }
};

/// Everything up to the end. Throws std::length_error past `limit_bytes`, counted while reading.
awaitable<std::string> read_all(byte_source& source, std::size_t limit_bytes);

/// Bytes that are in memory already.
class string_source final : public byte_source {
public:
    explicit string_source(std::string bytes) : bytes_{std::move(bytes)} {}
    awaitable<std::size_t> read_some(asio::mutable_buffer buffer) override {
        const std::size_t n = asio::buffer_copy(buffer, asio::buffer(bytes_) + read_);
        read_ += n;
        co_return n;
    }

private:
    std::string bytes_;
    std::size_t read_ = 0;
};

}  // namespace berth::async
