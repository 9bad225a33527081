#pragma once

#include "http/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the answers that come in pages have in common.
namespace berth::api {

/// The parameter `n`; nothing when it is no number. One that is too large to count is the largest that is not.
std::optional<std::size_t> page_size(const std::string& text);
http::response bad_page_size();

/// Link: </v2/_catalog?last=b&n=2>; rel="next" (RFC 8288), with the parameters percent-encoded.
void add_next_link(http::response& answer, std::string_view path,
                   const std::vector<std::pair<std::string, std::string>>& parameters);

}  // namespace berth::api
