// The input is a line and then bytes. The line is the state of a hash, which goes on with those bytes, or a number:
// where the hash over the bytes is interrupted.
#include "base/hash.hpp"
#include "fuzz/fuzz.hpp"

#include <charconv>

namespace berth {

namespace {

using fuzz::require;

void go_on_from(hash_function function, std::string_view state, std::string_view more) {
    auto resumed = hasher::resume(function, state);
    if (!resumed) return;
    require(resumed->state() == state || state.starts_with('0'), "a state is written in one way");
    const std::uint64_t before = resumed->size_bytes();
    resumed->update(more);
    require(resumed->size_bytes() == before + more.size(), "each byte counts once");
    auto twice = hasher::resume(function, resumed->state());
    require(twice.has_value() && twice->finish_hex() == resumed->finish_hex(), "a state that was written is read");
}

void interrupt(hash_function function, std::size_t at, std::string_view all) {
    hasher whole{function}, first{function};
    whole.update(all);
    first.update(all.substr(0, at));
    auto second = hasher::resume(function, first.state());
    require(second.has_value(), "a state that was written is read");
    second->update(all.substr(std::min(at, all.size())));
    require(second->finish_hex() == whole.finish_hex(), "an interruption changes nothing");
}

}  // namespace

}  // namespace berth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace berth;
    std::string_view rest = fuzz::text_of(bytes, size);
    const std::string_view line = fuzz::take_line(rest);
    std::size_t at = 0;
    std::from_chars(line.data(), line.data() + line.size(), at);
    for (const hash_function function : {hash_function::sha256, hash_function::sha512}) {
        go_on_from(function, line, rest);
        interrupt(function, at % (rest.size() + 1), rest);
    }
    return 0;
}
