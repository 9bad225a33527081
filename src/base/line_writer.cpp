#include "base/line_writer.hpp"

#include <climits>

#include <cerrno>
#include <mutex>
#include <poll.h>
#include <string_view>
#include <unistd.h>

namespace berth {

void line_writer::write(std::string line) {
    line.push_back('\n');
    if (line.size() <= PIPE_BUF) {
        const std::shared_lock lock{turn_};
        write_all(line);
    } else {
        const std::lock_guard lock{turn_};
        write_all(line);
    }
}

void line_writer::write_all(const std::string& text) const {
    std::string_view rest = text;
    while (!rest.empty()) {
        const ssize_t n = ::write(descriptor_, rest.data(), rest.size());
        if (n > 0) {
            rest.remove_prefix(static_cast<std::size_t>(n));
        } else if (n < 0 && errno == EAGAIN) {
            pollfd until_writable{descriptor_, POLLOUT, 0};
            ::poll(&until_writable, 1, -1);
        } else if (n == 0 || errno != EINTR) {
            return;
        }
    }
}

}  // namespace berth
