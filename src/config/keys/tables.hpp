#pragma once

#include "config/keys.hpp"

namespace berth::config {

// The parts of all_keys(), each in the order in which it is read: where two keys say the same, the later one wins.

std::span<const key> log_keys();
std::span<const key> storage_keys();
std::span<const key> s3_keys();
std::span<const key> http_keys();
std::span<const key> tls_keys();
std::span<const key> health_keys();
std::span<const key> notification_keys();
std::span<const key> auth_keys();
std::span<const key> validation_keys();
std::span<const key> redis_keys();
std::span<const key> middleware_keys();
std::span<const key> other_keys();

}  // namespace berth::config
