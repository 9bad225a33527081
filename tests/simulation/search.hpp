#pragma once

#include "simulation/simulation.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth::test {

/// How searches ended.
struct search_result {
    std::optional<std::string> wrong{};  ///< The course that showed it, and what; nothing where all is right.
    std::size_t courses = 0;             ///< That were played.
};

/// Plays courses that seeds decide, from BERTH_SIMULATION_SEED (1) on, until one is wrong: `most`, or
/// BERTH_SIMULATION_COURSES instead.
search_result search_by_chance(std::uint64_t most,
                               const std::function<std::optional<std::string>(std::uint64_t seed)>& play);

struct depth {
    std::size_t processes;
    std::size_t changes;     ///< At most so many in a course.
    bool may_crash = false;  ///< One of them may be that a process dies,
    bool may_jump = false;   ///< or that time passes.
};
/// What came of a planned course, and where it could have gone another way.
struct planned_course {
    std::optional<std::string> wrong;
    std::vector<simulation::choice> choices;
};
/// Plays all courses of that depth, until one is wrong.
search_result search_in_depth(const depth& within, const std::function<planned_course(const plan&)>& play);

/// The same with a World, which is made of a setting and a seed or a plan, plays itself to its end, and then knows the
/// choices of its course.
template <class World, class Setting>
search_result search_by_chance(const Setting& how, std::uint64_t most) {
    return search_by_chance(most, [&](std::uint64_t seed) { return World{how, seed}.play(); });
}
template <class World, class Setting>
search_result search_in_depth(const Setting& how, const depth& within) {
    return search_in_depth(within, [&](const plan& planned) {
        World one{how, planned};
        auto wrong = one.play();
        return planned_course{std::move(wrong), one.choices()};
    });
}

}  // namespace berth::test
