#include "config/key_readers.hpp"

#include "config/shapes.hpp"

#include <algorithm>

namespace berth::config::key_readers {

bool is_true(const value& v) {
    bool on = false;
    v.read(on);
    return on;
}

void read_unless_zero(const value& v, std::chrono::nanoseconds& out) {
    std::chrono::nanoseconds given{};
    v.read(given, {});
    if (given.count() != 0) out = given;
}

void read_unless_zero(const value& v, std::uint64_t& out, const limits& limits) {
    std::uint64_t given = 0;
    v.read(given, limits);
    if (given != 0) out = given;
}

void read_headers(const value& v, std::vector<std::pair<std::string, std::vector<std::string>>>& out) {
    v.read(out);
    for (const auto& [name, texts] : out) {
        if (!is_header_name(name)) v.refuse("one of its names cannot be a header's name");
        if (!std::ranges::all_of(texts, is_header_value))
            v.refuse("one of its values holds a line break or another control character");
    }
}

void nothing(const value&, configuration&) {}

void refuse_driver(const value& v, configuration&) {
    v.refuse("this storage driver is not supported; use s3, filesystem or inmemory");
}

}  // namespace berth::config::key_readers
