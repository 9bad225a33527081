#include "cache/shared_holdings.hpp"

#include "async/io_runtime.hpp"
#include "async/task_group.hpp"
#include "support/fake_redis.hpp"

#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace berth::cache {
namespace {

using namespace std::chrono_literals;
using test::fake_redis;

const oci::repository_name net = *oci::repository_name::parse("team/net"),
                           other = *oci::repository_name::parse("other");
const oci::digest layer = oci::digest::of("layer");
const std::string ours = "berth::repository::team/net::blobs::" + layer.str();
const std::string members = "repository::team/net::blobs";

redis::client::options options_of(const fake_redis& server) {
    redis::client::options options;
    options.server = {"127.0.0.1", server.port(), false};
    options.connect_timeout = options.read_timeout = options.write_timeout = 30s;  // of a machine under load
    return options;
}

/// What a node has of it, with its loop on a thread of its own.
class node {
public:
    explicit node(const fake_redis& server, shared_holdings::options options = {.rest = 1ms})
        : holdings{options_of(server), options, runtime_.next_executor()} {
        thread_ = std::jthread{[this] { runtime_.run(); }};
        work_.spawn(holdings.executor(), holdings.run());
    }
    ~node() {
        work_.cancel();
        run(wait());
        runtime_.stop();
    }

    std::optional<std::uint64_t> find(const oci::repository_name& name) { return run(holdings.find(name, layer)); }
    void note() { holdings.note(net, layer, 5, holdings.now()); }
    void settle() { run(holdings.settle()); }

private:
    async::io_runtime runtime_{1};
    async::task_group work_;
    std::jthread thread_;

    template <class T>
    T run(awaitable<T> task) {
        return asio::co_spawn(holdings.executor(), std::move(task), asio::use_future).get();
    }
    awaitable<void> wait() { co_await work_.wait(5s); }

public:
    shared_holdings holdings;
};

// Of what happens soon, and whose time is not what is tested.
bool comes_true(const std::function<bool()>& what) {
    for (int i = 0; i < 60'000 && !what(); ++i) std::this_thread::sleep_for(1ms);
    return what();
}

TEST(shared_holdings, what_one_node_notes_another_one_finds_in_the_same_repository_only) {
    fake_redis server;
    node one{server}, two{server};
    EXPECT_FALSE(two.find(net));
    one.note();
    one.settle();
    EXPECT_EQ(two.find(net), 5u);
    EXPECT_FALSE(two.find(other));
}

TEST(shared_holdings, what_one_node_deletes_no_other_one_finds) {
    fake_redis server;
    node one{server}, two{server};
    one.note();
    one.settle();
    two.holdings.forget(net, layer);
    two.settle();
    EXPECT_FALSE(one.find(net));
    EXPECT_EQ(server.at(members) + server.at(ours), "");
}

TEST(shared_holdings, what_a_node_doubts_is_taken_out_of_its_repository) {
    fake_redis server;
    node one{server};
    one.note();
    one.holdings.doubt(net, layer);
    one.settle();
    EXPECT_FALSE(one.find(net));
    EXPECT_EQ(server.at(members), "");
    EXPECT_NE(server.at("blobs::" + layer.str()), "");
}

// CVE-2026-35172: registry:2 2.8 leaves the digest in the set of the repository it was deleted from, and finds it there
// again once another repository has brought the blob's size back.
TEST(shared_holdings, row_48_what_registry_2_says_alone_is_not_believed) {
    fake_redis server;
    node one{server};
    server.tell({"SADD", members, layer.str()});
    server.tell({"HMSET", "blobs::" + layer.str(), "digest", layer.str(), "size", "5"});
    server.tell({"HSET", members + "::" + layer.str(), "mediatype", "application/octet-stream"});
    EXPECT_FALSE(one.find(net));
}

TEST(shared_holdings, what_registry_2_deletes_is_not_found_at_once) {
    fake_redis server;
    node one{server};
    one.note();
    one.settle();
    server.tell({"DEL", "blobs::" + layer.str()});
    EXPECT_FALSE(one.find(net));
}

TEST(shared_holdings, an_answer_of_the_store_that_is_older_than_a_delete_is_not_noted) {
    fake_redis server;
    node one{server};
    const auto asked = one.holdings.now();
    one.holdings.forget(net, layer);
    one.holdings.note(net, layer, 5, asked);
    one.settle();
    EXPECT_EQ(server.at(members), "");
}

TEST(shared_holdings, an_answer_counts_from_when_the_store_was_asked) {
    fake_redis server;
    node one{server, {.lifetime = 10min, .rest = 1ms}};
    auto asked = one.holdings.now();
    asked.at -= 11min;
    one.holdings.note(net, layer, 5, asked);
    one.settle();
    EXPECT_NE(server.at(members), "") << "registry:2 is told";
    EXPECT_EQ(server.at(ours), "");
}

TEST(shared_holdings, without_a_lifetime_redis_is_told_and_not_asked) {
    fake_redis server;
    node one{server, {.lifetime = 0s, .rest = 1ms}};
    one.note();
    one.settle();
    EXPECT_FALSE(one.find(net));
    for (const std::string& line : server.heard()) EXPECT_FALSE(line.starts_with("SISMEMBER")) << line;
}

TEST(shared_holdings, a_redis_that_is_away_is_not_asked_again_until_it_has_been_found) {
    fake_redis server;
    node one{server};
    one.note();
    one.settle();
    server.go_away();
    EXPECT_FALSE(one.find(net));
    EXPECT_TRUE(one.holdings.is_away());
    const auto asked = one.holdings.counted().asked.value();
    EXPECT_FALSE(one.find(net));
    EXPECT_EQ(one.holdings.counted().asked.value(), asked);
    server.come_back();
    EXPECT_TRUE(comes_true([&] { return !one.holdings.is_away(); }));
    EXPECT_EQ(one.find(net), 5u);
}

TEST(shared_holdings, a_delete_while_redis_is_away_reaches_it_before_it_is_believed_again) {
    fake_redis server;
    node one{server};
    one.note();
    one.settle();
    server.go_away();
    EXPECT_FALSE(one.find(net));
    one.holdings.forget(net, layer);
    one.settle();
    server.come_back();
    EXPECT_TRUE(comes_true([&] { return !one.holdings.is_away(); }));
    EXPECT_FALSE(one.find(net));
    EXPECT_EQ(server.at(members) + server.at(ours), "");
}

TEST(shared_holdings, nothing_is_noted_for_a_redis_that_is_away) {
    fake_redis server;
    node one{server};
    server.go_away();
    EXPECT_TRUE(comes_true([&] { return !one.find(net) && one.holdings.is_away(); }));
    one.note();
    server.come_back();
    EXPECT_TRUE(comes_true([&] { return !one.holdings.is_away(); }));
    EXPECT_EQ(server.at(members), "");
}

TEST(shared_holdings, where_too_many_deletes_wait_redis_is_not_believed_for_a_lifetime) {
    fake_redis server;
    node one{server, {.lifetime = 10min, .rest = 1ms, .max_pending = 1}};
    one.note();
    one.settle();
    server.go_away();
    EXPECT_TRUE(comes_true([&] { return !one.find(net) && one.holdings.is_away(); }));
    one.holdings.forget(net, layer);
    one.holdings.forget(other, layer);
    server.come_back();
    EXPECT_TRUE(comes_true([&] { return !one.holdings.is_away(); }));
    EXPECT_NE(server.at(ours), "") << "it has not heard of the delete";
    EXPECT_FALSE(one.find(net));
}

TEST(shared_holdings, a_redis_that_takes_nothing_more_is_asked_all_the_same) {
    fake_redis server;
    node one{server};
    one.note();
    one.settle();
    server.be(fake_redis::mood::readonly);
    one.note();
    one.settle();
    EXPECT_FALSE(one.holdings.is_away());
    EXPECT_EQ(one.find(net), 5u);
}

TEST(shared_holdings, where_redis_refuses_a_delete_it_is_not_believed_for_a_lifetime) {
    fake_redis server;
    node one{server, {.lifetime = 10min, .rest = 1ms}};
    one.note();
    one.settle();
    server.be(fake_redis::mood::readonly);
    one.holdings.forget(net, layer);
    one.settle();
    server.be(fake_redis::mood::usual);
    EXPECT_NE(server.at(ours), "") << "it has not heard of the delete";
    EXPECT_FALSE(one.holdings.is_away());
    EXPECT_FALSE(one.find(net));
}

TEST(shared_holdings, who_deletes_does_not_wait_for_what_others_say_meanwhile) {
    fake_redis server;
    node one{server};
    std::jthread others{[&](const std::stop_token& end) {
        while (!end.stop_requested()) {
            one.holdings.note(other, layer, 5, one.holdings.now());
            std::this_thread::sleep_for(100us);
        }
    }};
    one.holdings.forget(net, layer);
    one.settle();
    const auto heard = server.heard();
    EXPECT_TRUE(std::ranges::any_of(heard, [](const std::string& line) { return line.starts_with("DEL "); }));
}

TEST(shared_holdings, a_wrong_password_is_a_redis_that_is_away) {
    fake_redis server{"right"};
    node one{server};
    EXPECT_TRUE(comes_true([&] { return one.holdings.is_away(); }));
    EXPECT_FALSE(one.find(net));
    one.holdings.forget(net, layer);
    one.settle();
}

TEST(shared_holdings, count_what_was_asked_and_found) {
    fake_redis server;
    node one{server};
    one.note();
    one.settle();
    one.find(net);
    one.find(other);
    EXPECT_EQ(one.holdings.counted().asked.value(), 2u);
    EXPECT_EQ(one.holdings.counted().found.value(), 1u);
    EXPECT_EQ(one.holdings.counted().failed.value(), 0u);
}

}  // namespace
}  // namespace berth::cache
