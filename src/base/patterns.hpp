#pragma once

#include "base/result.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace berth {

/// Regular expressions in the syntax that Go's have, RE2's: none takes longer than its text's length asks for. Cheap
/// to copy. Thread-safe.
class patterns {
public:
    /// Matches nothing.
    patterns() = default;

    /// Each expression by itself; the error is what is wrong with the first bad one, in RE2's words.
    static result<patterns, std::string> compile(const std::vector<std::string>& expressions);

    bool empty() const { return all_.empty(); }
    /// Whether one of them matches some part of the text; "^" and "$" are for the whole of it.
    bool match(std::string_view text) const;

private:
    std::vector<std::shared_ptr<const re2::RE2>> all_;
};

}  // namespace berth
