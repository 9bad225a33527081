#pragma once

#include <stdexcept>

namespace berth::app {

/// The registry could not start; one line that says what, where and what to do.
class startup_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace berth::app
