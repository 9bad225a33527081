#include "cli/configuration_commands.hpp"

#include "app/startup_check.hpp"
#include "cli/commands.hpp"
#include "cli/load_configuration.hpp"
#include "config/effective.hpp"

#include <algorithm>
#include <cstdio>

namespace berth::cli {

namespace {

std::string plural(std::ptrdiff_t count, const std::string& word) {
    return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

// Errors and warnings look alike in the log of `serve`; here they are told apart.
void print_findings(std::FILE* to, const std::vector<config::finding>& findings) {
    for (const auto& finding : findings) {
        const char* kind = finding.severity == config::severity::error ? "error" : "warning";
        std::fprintf(to, "%s: %s\n", kind, finding.str().c_str());
    }
}

// Where the key stands that the text begins with.
int line_of(const config::node& given, const std::string& text) {
    const config::node* at = given.find_path(text.substr(0, text.find(':')));
    return at ? at->from.line : 0;
}

void add_startup_problems(config::loaded& loaded, const std::string& file) {
    for (const app::startup_problem& problem : app::startup_problems(loaded.settings)) {
        const auto kind = problem.is_of_this_machine ? config::severity::warning : config::severity::error;
        const std::string where = problem.is_of_this_machine ? "would not start on this machine: " : "";
        loaded.findings.push_back({kind, file, line_of(loaded.given, problem.text), {}, where + problem.text});
    }
}

}  // namespace

int check_configuration(std::string file) {
    config::loaded loaded = read_configuration(file);
    if (loaded.usable()) add_startup_problems(loaded, file);
    print_findings(stdout, loaded.findings);
    const auto errors = std::ranges::count(loaded.findings, config::severity::error, &config::finding::severity);
    const auto warnings = std::ssize(loaded.findings) - errors;
    const std::string counted = warnings == 0 ? "" : ", " + plural(warnings, "warning");
    if (errors == 0) {
        std::printf("%s: sound%s\n", file.c_str(), counted.c_str());
        return exit_code::ok;
    }
    std::printf("%s: %s%s\n", file.c_str(), plural(errors, "error").c_str(), counted.c_str());
    return exit_code::misused;
}

int print_configuration(std::string file) {
    const config::loaded loaded = read_configuration(file);
    print_findings(stderr, loaded.findings);
    if (!loaded.usable()) return exit_code::misused;
    std::fputs(config::effective_yaml(loaded).c_str(), stdout);
    return exit_code::ok;
}

}  // namespace berth::cli
