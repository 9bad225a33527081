#include "simulation/search.hpp"

#include <array>
#include <cstdlib>

namespace berth::test {

namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::string say(const plan& planned) {
    std::string text = "process " + std::to_string(planned.first_process) + " first";
    for (const auto& change : planned.changes) {
        constexpr std::array names{"go on with ", "end ", "let time pass for "};
        text += ", before event " + std::to_string(change.before_event) + " " +
                names[static_cast<std::size_t>(change.what)] + std::to_string(change.process);
    }
    return text + ": ";
}

class depth_search {
public:
    depth_search(const depth& within, const std::function<planned_course(const plan&)>& play)
        : within_{within}, play_{play} {}

    search_result run() {
        for (std::size_t first = 0; first < within_.processes && !result_.wrong; ++first) go_on({first, {}}, true);
        return std::move(result_);
    }

private:
    // Plays what is planned, then all that differs from it in what comes after its last change.
    void go_on(const plan& planned, bool may_break) {
        ++result_.courses;
        const planned_course played = play_(planned);
        if (played.wrong) {
            result_.wrong = say(planned) + *played.wrong;
            return;
        }
        if (planned.changes.size() == within_.changes) return;
        const std::size_t after = planned.changes.empty() ? 0 : planned.changes.back().before_event;
        for (const auto& choice : played.choices) {
            if (choice.before_event <= after) continue;
            const auto with = [&](plan::turn what, std::size_t process) {
                if (result_.wrong) return;
                plan more = planned;
                more.changes.push_back({choice.before_event, what, process});
                go_on(more, may_break && what == plan::turn::switch_to);
            };
            for (const std::size_t process : choice.others) with(plan::turn::switch_to, process);
            if (within_.may_crash && may_break) with(plan::turn::crash, choice.process);
            if (within_.may_jump && may_break) with(plan::turn::jump, choice.process);
        }
    }

    const depth within_;
    const std::function<planned_course(const plan&)>& play_;
    search_result result_;
};

}  // namespace

search_result search_by_chance(std::uint64_t most,
                               const std::function<std::optional<std::string>(std::uint64_t seed)>& play) {
    const std::uint64_t first = number_from("BERTH_SIMULATION_SEED", 1);
    most = number_from("BERTH_SIMULATION_COURSES", most);
    search_result result;
    for (std::uint64_t seed = first; seed < first + most && !result.wrong; ++seed) {
        ++result.courses;
        if (auto wrong = play(seed)) result.wrong = "BERTH_SIMULATION_SEED=" + std::to_string(seed) + ": " + *wrong;
    }
    return result;
}

search_result search_in_depth(const depth& within, const std::function<planned_course(const plan&)>& play) {
    return depth_search{within, play}.run();
}

}  // namespace berth::test
