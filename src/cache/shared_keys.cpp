#include "cache/shared_keys.hpp"

#include "oci/media_type.hpp"

#include <charconv>

namespace berth::cache {

namespace {

std::string key_of(const oci::digest& digest) {
    return "blobs::" + digest.str();
}

std::string set_of(const oci::repository_name& name) {
    return "repository::" + name.str() + "::blobs";
}

std::string key_of(const oci::repository_name& name, const oci::digest& digest) {
    return set_of(name) + "::" + digest.str();
}

std::string key_of_ours(const oci::repository_name& name, const oci::digest& digest) {
    return "berth::" + key_of(name, digest);
}

std::optional<std::uint64_t> number_in(const std::string& text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return number;
}

}  // namespace

std::vector<redis::command> ask_for_blob(const oci::repository_name& name, const oci::digest& digest) {
    return {{"SISMEMBER", set_of(name), digest.str()},
            {"HMGET", key_of(digest), "digest", "size"},
            {"GET", key_of_ours(name, digest)}};
}

std::optional<std::uint64_t> size_in(const std::vector<redis::reply>& replies, const oci::digest& digest) {
    if (replies.size() != 3 || replies[1].list.size() != 2) return std::nullopt;
    const bool is_member = replies[0].number == 1;
    const std::string& said = replies[1].list[0].text;
    const auto size = number_in(replies[1].list[1].text);
    if (!is_member || said != digest.str() || !size || size != number_in(replies[2].text)) return std::nullopt;
    return size;
}

std::vector<redis::command> add_blob(const oci::repository_name& name, const oci::digest& digest,
                                     std::uint64_t size_bytes, std::chrono::milliseconds lifetime) {
    const std::string media_type{oci::media_type::octet_stream};
    const std::string size = std::to_string(size_bytes);
    std::vector<redis::command> all{{"SADD", set_of(name), digest.str()},
                                    {"HMSET", key_of(digest), "digest", digest.str(), "size", size},
                                    {"HSETNX", key_of(digest), "mediatype", media_type},
                                    {"HSET", key_of(name, digest), "mediatype", media_type}};
    if (lifetime.count() > 0)
        all.push_back({"SET", key_of_ours(name, digest), size, "PX", std::to_string(lifetime.count())});
    return all;
}

std::vector<redis::command> remove_blob(const oci::repository_name& name, const oci::digest& digest, bool is_deleted) {
    std::vector<redis::command> all{{"DEL", key_of_ours(name, digest), key_of(name, digest)},
                                    {"SREM", set_of(name), digest.str()}};
    if (is_deleted) all.push_back({"DEL", key_of(digest)});
    return all;
}

}  // namespace berth::cache
