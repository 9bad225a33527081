#include "cache/shared_keys.hpp"

#include <gtest/gtest.h>

namespace berth::cache {
namespace {

using redis::command;
using redis::reply;
using kind = redis::reply::kind;
using std::chrono::milliseconds;

const oci::repository_name net = *oci::repository_name::parse("team/net");
const oci::digest layer = oci::digest::of("layer");
const std::string digest = layer.str();

reply text(std::string bytes) {
    return {.is = kind::text, .text = std::move(bytes)};
}

std::vector<reply> all_there() {
    return {{.is = kind::number, .number = 1}, {.is = kind::list, .list = {text(digest), text("5")}}, text("5")};
}

TEST(shared_keys, a_blob_is_written_as_registry_2_writes_it_and_ours_beside_it) {
    const std::string ours = "berth::repository::team/net::blobs::" + digest;
    EXPECT_EQ(add_blob(net, layer, 5, milliseconds{1500}),
              (std::vector<command>{
                  {"SADD", "repository::team/net::blobs", digest},
                  {"HMSET", "blobs::" + digest, "digest", digest, "size", "5"},
                  {"HSETNX", "blobs::" + digest, "mediatype", "application/octet-stream"},
                  {"HSET", "repository::team/net::blobs::" + digest, "mediatype", "application/octet-stream"},
                  {"SET", ours, "5", "PX", "1500"}}));
}

TEST(shared_keys, without_a_lifetime_only_registry_2_is_told) {
    for (const command& one : add_blob(net, layer, 5, milliseconds{0})) EXPECT_NE(one.front(), "SET");
}

TEST(shared_keys, a_blob_is_known_where_every_key_says_so) {
    EXPECT_EQ(size_in(all_there(), layer), 5u);
}

TEST(shared_keys, a_blob_is_not_known_where_one_of_the_keys_is_missing_or_says_something_else) {
    const auto without = [](auto change) {
        auto replies = all_there();
        change(replies);
        return size_in(replies, layer);
    };
    EXPECT_FALSE(without([](auto& r) { r[0].number = 0; })) << "not in the repository's set";
    EXPECT_FALSE(without([](auto& r) { r[1].list[0] = {}; })) << "registry:2 has deleted it";
    EXPECT_FALSE(without([](auto& r) { r[1].list[0].text = oci::digest::of("other").str(); }));
    EXPECT_FALSE(without([](auto& r) { r[1].list[1] = {}; }));
    EXPECT_FALSE(without([](auto& r) { r[1].list[1].text = "6"; }));
    EXPECT_FALSE(without([](auto& r) { r[1].list[1].text = r[2].text = "-5"; }));
    EXPECT_FALSE(without([](auto& r) { r[1].list[1].text = r[2].text = ""; }));
    EXPECT_FALSE(without([](auto& r) { r[1].list.pop_back(); }));
    EXPECT_FALSE(without([](auto& r) { r[2] = {}; })) << "only registry:2 says so, and not when";
    EXPECT_FALSE(without([](auto& r) { r.pop_back(); }));
}

TEST(shared_keys, what_is_deleted_goes_from_all_keys_and_what_is_doubted_from_the_repositorys) {
    const command repositorys{"DEL", "berth::repository::team/net::blobs::" + digest,
                              "repository::team/net::blobs::" + digest};
    const command member{"SREM", "repository::team/net::blobs", digest};
    EXPECT_EQ(remove_blob(net, layer, false), (std::vector<command>{repositorys, member}));
    EXPECT_EQ(remove_blob(net, layer, true), (std::vector<command>{repositorys, member, {"DEL", "blobs::" + digest}}));
}

}  // namespace
}  // namespace berth::cache
