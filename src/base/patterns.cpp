#include "base/patterns.hpp"

#include <algorithm>
#include <re2/re2.h>

namespace berth {

result<patterns, std::string> patterns::compile(const std::vector<std::string>& expressions) {
    RE2::Options options;
    options.set_log_errors(false);
    patterns made;
    for (const std::string& expression : expressions) {
        auto compiled = std::make_shared<const RE2>(expression, options);
        if (!compiled->ok()) return compiled->error();
        made.all_.push_back(std::move(compiled));
    }
    return made;
}

bool patterns::match(std::string_view text) const {
    const re2::StringPiece piece{text.data(), text.size()};
    return std::ranges::any_of(all_, [&](const auto& one) { return RE2::PartialMatch(piece, *one); });
}

}  // namespace berth
