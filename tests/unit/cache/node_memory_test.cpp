#include "cache/node_memory.hpp"

#include "support/run.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace berth::cache {
namespace {

using enum holdings::kind;

const oci::repository_name net = *oci::repository_name::parse("team/net");
const oci::digest image = oci::digest::of("{}"), layer = oci::digest::of("layer");

class node_memory_test : public testing::Test {
protected:
    void SetUp() override {
        memory_.last = std::make_unique<last_answers>(last_answers::options{.file = directory_.path() / "answers"});
    }
    void remember_image(const node_memory::epoch& asked) {
        const verified_manifest manifest{"{}", "type", {{layer, 5}}};
        memory_.remember_manifest(net, image, std::make_shared<const verified_manifest>(manifest), asked);
    }
    std::optional<std::uint64_t> last_blob() { return test::run(memory_.last->find_blob(net, layer)); }
    bool has_last_image() { return test::run(memory_.last->find_manifest(net, image)).has_value(); }

    test::temporary_directory directory_;
    node_memory memory_{{}};
};

TEST_F(node_memory_test, knows_what_a_manifest_vouches_for_also_for_the_time_without_a_store) {
    remember_image(memory_.now());
    EXPECT_EQ(memory_.held.find(blob, net, layer), 5u);
    EXPECT_EQ(last_blob(), 5u);
    EXPECT_TRUE(has_last_image());
}

TEST_F(node_memory_test, a_manifest_vouches_for_no_blob_that_was_deleted_through_this_node) {
    memory_.remember_blob(net, layer, 5, memory_.now());
    memory_.forget(blob, net, layer);
    remember_image(memory_.now());
    EXPECT_FALSE(last_blob());
    EXPECT_TRUE(has_last_image());
}

TEST_F(node_memory_test, a_manifest_vouches_again_for_a_blob_that_is_known_for_that_time) {
    memory_.remember_blob(net, layer, 5, memory_.now());
    memory_.last->doubt(blob, net, layer);
    remember_image(memory_.now());
    EXPECT_EQ(last_blob(), 5u);
}

TEST_F(node_memory_test, an_answer_from_before_a_deletion_brings_nothing_back) {
    const auto asked = memory_.now();
    {
        const forget_at_end forget{&memory_, manifest, net, image};
        remember_image(memory_.now());
    }
    EXPECT_FALSE(has_last_image()) << "what was read while it was deleted";
    remember_image(asked);
    memory_.remember_blob(net, layer, 6, asked);
    EXPECT_FALSE(has_last_image());
    EXPECT_FALSE(memory_.held.find(manifest, net, image));
    EXPECT_EQ(last_blob(), 5u);
}

}  // namespace
}  // namespace berth::cache
