#include "app/metrics/families.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace berth::app {

namespace {

std::uint64_t open_descriptors() {
    std::error_code ignored;
    const std::filesystem::directory_iterator all{"/proc/self/fd", ignored};
    const auto count = std::distance(all, {});
    return count > 0 ? static_cast<std::uint64_t>(count) - 1 : 0;  // without the one that reads them
}

// When the machine was started, in seconds since 1970.
double boot_time() {
    std::ifstream stat{"/proc/stat"};
    for (std::string line; std::getline(stat, line);)
        if (line.starts_with("btime ")) return std::stod(line.substr(6));
    return 0;
}

}  // namespace

void write_process(exposition& to) {
    std::ifstream file{"/proc/self/stat"};
    std::string line;
    std::getline(file, line);
    // proc(5): the second field is the program's name in brackets and may hold blanks. The third follows.
    std::istringstream fields{line.substr(std::min(line.size(), line.rfind(')') + 1))};
    const std::vector<std::string> from_third{std::istream_iterator<std::string>{fields}, {}};
    const auto number = [&](std::size_t field) {
        return field - 3 < from_third.size() ? std::stod(from_third[field - 3]) : 0.0;
    };
    const auto ticks_a_second = static_cast<double>(::sysconf(_SC_CLK_TCK));

    to.counter("process_cpu_seconds_total", "Processor time of the process.");
    to.sample({}, (number(14) + number(15)) / ticks_a_second);
    to.gauge("process_start_time_seconds", "When the process was started, in seconds since 1970.");
    to.sample({}, boot_time() + number(22) / ticks_a_second);
    to.gauge("process_virtual_memory_bytes", "The process' address space.");
    to.sample({}, number(23));
    to.gauge("process_resident_memory_bytes", "What of it is in memory.");
    to.sample({}, number(24) * static_cast<double>(::sysconf(_SC_PAGESIZE)));
    to.gauge("process_threads", "The process' threads.");
    to.sample({}, number(20));
    to.gauge("process_open_fds", "The process' open descriptors.");
    to.sample({}, open_descriptors());
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    to.gauge("process_max_fds", "The most it may have.");
    to.sample({}, std::uint64_t{limit.rlim_cur});
}

}  // namespace berth::app
