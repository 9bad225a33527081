#include "support/fake_s3/content.hpp"

#include <algorithm>

namespace berth::test::s3 {

namespace {

// The length is a prime, so that bytes that landed at the wrong multiple of a part's size are noticed.
constexpr std::size_t pattern_bytes = 1'048'573;

const std::shared_ptr<const std::string>& pattern() {
    static const auto bytes = [] {
        auto made = std::make_shared<std::string>(pattern_bytes, '\0');
        std::uint32_t state = 1;
        for (char& c : *made) {
            state = state * 1'664'525 + 1'013'904'223;
            c = static_cast<char>(state >> 24);
        }
        return std::shared_ptr<const std::string>{made};
    }();
    return bytes;
}

}  // namespace

content::content(std::string bytes) {
    const std::size_t size = bytes.size();
    append(std::make_shared<const std::string>(std::move(bytes)), 0, size);
}

content content::generated(std::uint64_t size_bytes) {
    content made;
    while (made.size_ < size_bytes)
        made.append(pattern(), 0, std::min<std::uint64_t>(pattern_bytes, size_bytes - made.size_));
    return made;
}

char content::generated_byte(std::uint64_t position) {
    return (*pattern())[position % pattern_bytes];
}

void content::append(std::shared_ptr<const std::string> bytes, std::size_t offset, std::size_t size) {
    if (size == 0) return;
    pieces_.push_back({std::move(bytes), offset, size, size_});
    size_ += size;
}

void content::append(const content& other, std::uint64_t offset, std::uint64_t size_bytes) {
    if (offset >= other.size_) return;
    const std::uint64_t end = offset + std::min(size_bytes, other.size_ - offset);
    // The last piece that begins at or before the offset.
    auto at = std::ranges::upper_bound(other.pieces_, offset, {}, &piece::start) - 1;
    for (; at != other.pieces_.end() && at->start < end; ++at) {
        const std::uint64_t skip = offset > at->start ? offset - at->start : 0;
        append(at->bytes, at->offset + skip, std::min<std::uint64_t>(at->size - skip, end - at->start - skip));
    }
}

content content::part(std::uint64_t offset, std::uint64_t size_bytes) const {
    content made;
    made.append(*this, offset, size_bytes);
    return made;
}

std::string content::str() const {
    std::string all;
    all.reserve(size_);
    for (const auto piece : pieces()) all += piece;
    return all;
}

std::vector<std::string_view> content::pieces() const {
    std::vector<std::string_view> views;
    views.reserve(pieces_.size());
    for (const auto& p : pieces_) views.push_back(std::string_view{*p.bytes}.substr(p.offset, p.size));
    return views;
}

}  // namespace berth::test::s3
