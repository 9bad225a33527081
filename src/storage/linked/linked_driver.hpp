#pragma once

#include "storage/forwarding_driver.hpp"

#include <functional>
#include <memory>

namespace berth::storage {

/// Where clients may fetch a file from, as driver::presigned_get: by asking `inner` or without. Thread-safe.
using link_maker =
    std::function<std::optional<std::string>(driver& inner, const path& file, std::chrono::seconds lifetime)>;

/// Another driver, with other links to its files.
class linked_driver final : public forwarding_driver {
public:
    linked_driver(std::unique_ptr<driver> inner, link_maker links)
        : forwarding_driver{std::move(inner)}, links_{std::move(links)} {}

    std::optional<std::string> presigned_get(const path& file, std::chrono::seconds lifetime) override {
        return links_(inner(), file, lifetime);
    }

private:
    const link_maker links_;
};

}  // namespace berth::storage
