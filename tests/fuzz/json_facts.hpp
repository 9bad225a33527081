#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace berth::fuzz {

/// What a target needs to know of a JSON text, read in another way than the code under test reads it.
struct json_facts {
    std::size_t depth = 0;                 ///< How many objects and arrays are open at once at most.
    std::set<std::string> duplicate_keys;  ///< Keys that some object holds twice, escapes resolved.
};

/// Right for well-formed JSON; of anything else it says something, in linear time.
json_facts facts_of(std::string_view json);

}  // namespace berth::fuzz
