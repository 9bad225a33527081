#include "config/key_readers.hpp"
#include "config/keys/tables.hpp"

namespace berth::config {

namespace {

using enum key::kind;
using namespace key_readers;

// clang-format off
const key table[] = {
    {"health.storagedriver.enabled", single, "false", [](const value& v, configuration& c) {
         v.read(c.health.enabled);
     }},
    {"health.storagedriver.interval", single, "10s", [](const value& v, configuration& c) {
         v.read(c.health.interval, std::chrono::milliseconds{1});
     }},
    {"health.storagedriver.threshold", single, "0", [](const value& v, configuration& c) {
         v.read(c.health.threshold, {});
     }},
    {"health.file", subtree, "", warn_if_given},
    {"health.http", subtree, "", warn_if_given},
    {"health.tcp", subtree, "", warn_if_given},
};
// clang-format on

}  // namespace

std::span<const key> health_keys() {
    return table;
}

}  // namespace berth::config
