#include "registry/list_digests.hpp"

#include "registry/listing.hpp"

namespace berth::registry {

awaitable<std::vector<oci::digest>> list_digests(storage::driver& driver, storage::path directory, std::string after,
                                                 std::size_t limit) {
    std::vector<oci::digest> found;
    const auto algorithms = co_await driver.list(directory);
    for (const std::string& algorithm : algorithms) {
        const std::string prefix = algorithm + ":";
        const bool begins_within = after.starts_with(prefix);
        if (!oci::parse_algorithm(algorithm) || (after > prefix && !begins_within)) continue;
        std::string from = begins_within ? list_position(after.substr(prefix.size())) : std::string{};
        for (bool more = true; more && found.size() < limit;) {
            const auto page = co_await driver.list_page(directory + "/" + algorithm, from, limit - found.size());
            for (const std::string& hex : page.names)
                if (auto digest = oci::digest::parse(prefix + hex)) found.push_back(std::move(*digest));
            more = page.more;
            if (more) from = page.names.back();
        }
    }
    co_return found;
}

}  // namespace berth::registry
