#pragma once

#include <unistd.h>
#include <utility>

namespace berth::storage {

/// Owns a file descriptor.
class unique_fd {
public:
    explicit unique_fd(int fd = -1) noexcept : fd_{fd} {}
    unique_fd(unique_fd&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    unique_fd& operator=(unique_fd&& other) noexcept {
        unique_fd{std::move(other)}.swap(*this);
        return *this;
    }
    ~unique_fd() {
        if (fd_ >= 0) ::close(fd_);
    }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

private:
    void swap(unique_fd& other) noexcept { std::swap(fd_, other.fd_); }

    int fd_;
};

}  // namespace berth::storage
