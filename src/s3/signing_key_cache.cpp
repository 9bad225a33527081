#include "s3/signing_key_cache.hpp"

namespace berth::s3 {

sha256_bytes signing_key_cache::get(const shared_keys& keys, std::string_view region, wall_time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::lock_guard lock{mutex_};
    if (keys_ != keys || day_ != day || region_ != region) {
        key_ = signing_key(keys->keys.secret_key, format_iso8601_basic(time), region);
        keys_ = keys;
        day_ = day;
        region_ = region;
    }
    return key_;
}

}  // namespace berth::s3
