#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::test::s3 {

/// Bytes as pieces of shared strings, so that copies, joined parts and huge repetitive objects cost no
/// memory.
class content {
public:
    content() = default;
    explicit content(std::string bytes);

    /// `size_bytes` bytes of a fixed pattern, from its beginning.
    static content generated(std::uint64_t size_bytes);
    static char generated_byte(std::uint64_t position);

    std::uint64_t size() const { return size_; }
    void append(const content& other) { append(other, 0, other.size()); }
    /// Part of another one; what lies past its end is not there.
    void append(const content& other, std::uint64_t offset, std::uint64_t size_bytes);
    content part(std::uint64_t offset, std::uint64_t size_bytes) const;

    std::string str() const;
    /// In order, for sending. Lifetime: as long as this content.
    std::vector<std::string_view> pieces() const;

private:
    struct piece {
        std::shared_ptr<const std::string> bytes;
        std::size_t offset = 0;
        std::size_t size = 0;
        std::uint64_t start = 0;  // where it begins in the whole
    };
    void append(std::shared_ptr<const std::string> bytes, std::size_t offset, std::size_t size);

    std::vector<piece> pieces_;
    std::uint64_t size_ = 0;
};

}  // namespace berth::test::s3
