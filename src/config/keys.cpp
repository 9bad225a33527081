#include "config/keys.hpp"

#include "config/keys/tables.hpp"

#include <algorithm>

namespace berth::config {

std::span<const key> all_keys() {
    static const std::vector<key> all = [] {
        std::vector<key> joined;
        for (const auto table :
             {other_keys(), log_keys(), storage_keys(), s3_keys(), auth_keys(), http_keys(), tls_keys(), health_keys(),
              notification_keys(), redis_keys(), validation_keys(), middleware_keys()})
            joined.insert(joined.end(), table.begin(), table.end());
        return joined;
    }();
    return all;
}

const key* find_key(std::string_view path) {
    const auto found = std::ranges::find(all_keys(), path, &key::path);
    return found != all_keys().end() ? &*found : nullptr;
}

bool is_group(std::string_view path) {
    return std::ranges::any_of(all_keys(), [&](const key& k) {
        return k.path.size() > path.size() && k.path.starts_with(path) && k.path[path.size()] == '.';
    });
}

}  // namespace berth::config
