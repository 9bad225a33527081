#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::s3 {

/// How far a multipart_writer has come, for another process to go on.
struct saved_multipart {
    std::string upload_id{};           ///< Empty: nothing has filled a part yet.
    std::vector<std::string> etags{};  ///< Of the parts from 1 on.
    std::uint64_t sent_bytes = 0;      ///< In those.
    std::uint64_t rest_bytes = 0;      ///< Behind those, in an object of their own.

    std::uint64_t size_bytes() const { return sent_bytes + rest_bytes; }

    std::string to_text() const;
    /// Nothing for any other text.
    static std::optional<saved_multipart> parse(std::string_view text);
};

}  // namespace berth::s3
