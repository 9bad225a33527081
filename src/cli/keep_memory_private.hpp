#pragma once

namespace berth::cli {

/// From here on this process leaves no core dump, and only root may look into its memory, open files and environment:
/// it is about to know keys and passwords. Whoever wants a dump all the same says BERTH_CORE_DUMPS=allowed.
void keep_memory_private();

}  // namespace berth::cli
