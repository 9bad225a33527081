#include "cache/holdings.hpp"

#include <gtest/gtest.h>

namespace berth::cache {
namespace {

using std::chrono::seconds;
using enum holdings::kind;

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::repository_name other = *oci::repository_name::parse("team/other");
const oci::digest digest = oci::digest::of("content");

struct holdings_test : testing::Test {
    holdings::clock::time_point now{};
    holdings known{{.max_entries = 100, .lifetime = seconds{60}, .now = [this] { return now; }}};
};

TEST_F(holdings_test, are_known_for_a_lifetime) {
    known.remember(blob, repo, digest, 7, known.epoch());
    now += seconds{59};
    EXPECT_EQ(known.find(blob, repo, digest), 7u);
    now += seconds{1};
    EXPECT_EQ(known.find(blob, repo, digest), std::nullopt);
}

TEST_F(holdings_test, are_known_of_one_repository_and_as_one_kind) {
    known.remember(blob, repo, digest, 7, known.epoch());
    EXPECT_FALSE(known.find(blob, other, digest));
    EXPECT_FALSE(known.find(manifest, repo, digest));
}

TEST_F(holdings_test, forgotten_are_not_brought_back_by_an_answer_from_before) {
    const auto asked = known.epoch();
    known.forget(blob, repo, digest);
    known.remember(blob, repo, digest, 7, asked);
    EXPECT_FALSE(known.find(blob, repo, digest));
    known.vouch(repo, digest, 7, asked);
    EXPECT_FALSE(known.find(blob, repo, digest));
    known.remember(blob, repo, digest, 7, known.epoch());
    EXPECT_TRUE(known.find(blob, repo, digest)) << "one from after does";
}

TEST_F(holdings_test, a_manifest_vouches_for_one_lifetime_and_only_once) {
    known.vouch(repo, digest, 7, known.epoch());
    EXPECT_EQ(known.find(blob, repo, digest), 7u);
    now += seconds{60};
    known.vouch(repo, digest, 7, known.epoch());
    EXPECT_FALSE(known.find(blob, repo, digest));
    known.remember(blob, repo, digest, 7, known.epoch());
    EXPECT_TRUE(known.find(blob, repo, digest)) << "the store has been asked";
}

TEST_F(holdings_test, no_manifest_vouches_for_what_was_deleted_or_is_in_doubt) {
    known.forget(blob, repo, digest);
    known.vouch(repo, digest, 7, known.epoch());
    EXPECT_FALSE(known.find(blob, repo, digest));

    known.remember(blob, repo, digest, 7, known.epoch());
    known.doubt(blob, repo, digest);
    known.vouch(repo, digest, 7, known.epoch());
    EXPECT_FALSE(known.find(blob, repo, digest));
}

TEST_F(holdings_test, a_doubt_of_what_was_never_known_takes_no_room) {
    holdings small{{.max_entries = 1}};
    small.remember(blob, repo, digest, 7, small.epoch());
    small.doubt(blob, other, digest);
    EXPECT_TRUE(small.find(blob, repo, digest));
}

TEST_F(holdings_test, with_no_lifetime_are_never_known) {
    holdings none{{.lifetime = seconds{0}}};
    none.remember(blob, repo, digest, 7, none.epoch());
    EXPECT_FALSE(none.find(blob, repo, digest));
}

TEST_F(holdings_test, are_as_many_as_were_allowed) {
    holdings small{{.max_entries = 2}};
    for (int i = 0; i < 3; ++i) small.remember(blob, repo, oci::digest::of(std::to_string(i)), 1, small.epoch());
    EXPECT_FALSE(small.find(blob, repo, oci::digest::of("0")));
    EXPECT_TRUE(small.find(blob, repo, oci::digest::of("2")));
}

}  // namespace
}  // namespace berth::cache
