#include "registry/unreferenced_since.hpp"

#include "storage/layout.hpp"

namespace berth::registry {

namespace {

/// Of five million blobs.
constexpr std::size_t max_bytes = 512 * 1024 * 1024;

void read_line(std::string_view line, unreferenced_since& into) {
    const auto blank = line.find(' ');
    if (blank == std::string_view::npos) return;
    const auto digest = oci::digest::parse(line.substr(0, blank));
    const auto since = parse_rfc3339(line.substr(blank + 1));
    if (digest && since) into.insert_or_assign(*digest, *since);
}

}  // namespace

awaitable<unreferenced_since> read_unreferenced(storage::driver& driver) {
    unreferenced_since all;
    const auto content = co_await driver.find(storage::layout::unreferenced_blobs(), max_bytes);
    std::string_view rest = content ? *content : std::string_view{};
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        read_line(rest.substr(0, end), all);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    co_return all;
}

awaitable<void> write_unreferenced(storage::driver& driver, const unreferenced_since& all) {
    std::string text;
    for (const auto& [digest, since] : all) text += digest.str() + ' ' + format_rfc3339(since) + '\n';
    co_await driver.put(storage::layout::unreferenced_blobs(), std::move(text));
}

}  // namespace berth::registry
