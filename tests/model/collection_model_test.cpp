#include "model/collection_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace berth::model {

namespace {

std::string in_lines(const std::vector<std::string>& way) {
    std::string text;
    for (const std::string& step : way) text += "\n  " + step;
    return text;
}

}  // namespace

class sound : public testing::TestWithParam<scene> {};

TEST_P(sound, nothing_is_lost_in_any_order_of_the_steps) {
    const finding all = look_for_loss(GetParam());
    RecordProperty("states", std::to_string(all.states));
    EXPECT_TRUE(all.way.empty()) << in_lines(all.way);
    EXPECT_GT(all.states, 400u) << "so few that the scene is not played";
}

std::vector<scene> scenes() {
    std::vector<scene> all;
    for (const bool with_trash : {false, true})
        for (const auto& [collections, pushes] : {std::pair{1, 1}, std::pair{1, 2}, std::pair{2, 1}}) {
            all.push_back({collections, pushes, garbage::layer, with_trash});
            all.push_back({collections, pushes, garbage::untagged_manifest, with_trash});
            // Twenty million states of two files: a minute and some gigabytes.
            const bool is_large = collections > 1;
            if (!is_large || std::getenv("BERTH_MODEL_LARGE"))
                all.push_back({collections, pushes, garbage::layer_and_manifest, with_trash});
        }
    all.push_back({2, 2, garbage::layer, true});
    all.push_back({3, 1, garbage::layer, false});
    return all;
}

INSTANTIATE_TEST_SUITE_P(scene, sound, testing::ValuesIn(scenes()), [](const auto& of) {
    const scene& in = of.param;
    const char* what = in.what == garbage::layer                ? "layer"
                       : in.what == garbage::layer_and_manifest ? "layer_and_manifest"
                                                                : "untagged_manifest";
    return std::to_string(in.collections) + "_collections_" + std::to_string(in.pushes) + "_pushes_" + what +
           (in.with_trash ? "_with_trash" : "");
});

struct guard {
    const char* name;
    bool rules::*rule;
    int collections;  ///< That it takes to lose something without it.
};

class without : public testing::TestWithParam<guard> {};

TEST_P(without, something_is_lost) {
    scene in{.collections = GetParam().collections};
    in.follow.*GetParam().rule = false;
    const finding found = look_for_loss(in);
    ASSERT_FALSE(found.way.empty()) << found.states << " states";
    EXPECT_TRUE(leads_to_loss(in, found.way)) << in_lines(found.way);
    scene with_all_rules = in;
    with_all_rules.follow = {};
    EXPECT_FALSE(leads_to_loss(with_all_rules, found.way)) << "it is lost in any case" << in_lines(found.way);
}

INSTANTIATE_TEST_SUITE_P(
    rule, without,
    testing::Values(guard{"declare_intents", &rules::declare_intents, 1},
                    guard{"leave_wanted_marks", &rules::leave_wanted_marks, 1},
                    guard{"wait_for_removals", &rules::wait_for_removals, 1},
                    guard{"end_late_pushes", &rules::end_late_pushes, 1}, guard{"condemn", &rules::condemn, 1},
                    guard{"read_intents_first", &rules::read_intents_first, 1},
                    guard{"look_for_wanted", &rules::look_for_wanted, 1}, guard{"fence", &rules::fence, 1},
                    guard{"wait_for_repeated", &rules::wait_for_repeated, 1}, guard{"own_marks", &rules::own_marks, 2},
                    guard{"pardon_nobody_else", &rules::pardon_nobody_else, 2},
                    guard{"register_collections", &rules::register_collections, 2},
                    guard{"keep_wanted_marks", &rules::keep_wanted_marks, 2},
                    guard{"end_when_given_up", &rules::end_when_given_up, 2}),
    [](const auto& of) { return of.param.name; });

// What cannot happen is never lost: each end of a way is reached.
TEST(steps, all_that_a_push_and_a_collection_may_do_is_done) {
    for (const char* step :
         {"the store removes", "the store refuses to remove, too late", "finds gc-keep", "finds the intent of a push",
          "finds the link of a push", "brings it back", "finds it neither there nor in the trash", "lists at last",
          "has left its intent for a day", "is without a word so long that others give it up", "fails",
          "sends the removal again", "it comes back from the trash", "its manifest, or the tag, is deleted",
          "clears the marks that nobody reckons with", "uploads the layer", "ends, and says so"}) {
        const finding found = look_for_step({.collections = 1, .pushes = 1, .with_trash = true}, step);
        const finding deeper = look_for_step({.collections = 1, .pushes = 1}, step);
        EXPECT_TRUE(!found.way.empty() || !deeper.way.empty()) << step;
    }
}

}  // namespace berth::model
