#include "cli/keep_memory_private.hpp"

#include <cstdlib>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace berth::cli {

void keep_memory_private() {
    const char* const wish = std::getenv("BERTH_CORE_DUMPS");
    if (wish && std::string_view{wish} == "allowed") return;
    constexpr rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace berth::cli
