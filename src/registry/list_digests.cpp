#include "registry/list_digests.hpp"

namespace berth::registry {

awaitable<std::vector<oci::digest>> list_digests(storage::driver& driver, storage::path directory) {
    std::vector<oci::digest> found;
    const auto algorithms = co_await driver.list(directory);
    for (const std::string& algorithm : algorithms) {
        if (!oci::parse_algorithm(algorithm)) continue;
        const auto entries = co_await driver.list(directory + "/" + algorithm);
        for (const std::string& hex : entries)
            if (auto digest = oci::digest::parse(algorithm + ":" + hex)) found.push_back(std::move(*digest));
    }
    co_return found;
}

}  // namespace berth::registry
