#include "cli/shell_completion.hpp"

#include <boost/algorithm/string/join.hpp>
#include <boost/algorithm/string/replace.hpp>

#include <algorithm>
#include <vector>

namespace berth::cli {

namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

// "-d", "--dry-run" of each.
std::vector<std::string> options_of(const CLI::App& command) {
    std::vector<std::string> options;
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : option->get_snames()) options.push_back("-" + name);
        for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
    }
    return options;
}

bool takes(const CLI::App& command, const std::string& positional) {
    return std::ranges::any_of(command.get_options(), [&](const CLI::Option* option) {
        return option->get_positional() && option->get_name(true) == positional;
    });
}

// The words that may stand after a command, besides files.
std::string words_after(const CLI::App& command) {
    std::vector<std::string> words = options_of(command);
    if (takes(command, "SHELL")) words.insert(words.end(), {"bash", "zsh", "fish"});
    for (const CLI::App* below : commands_of(command)) words.push_back(below->get_name());
    return boost::join(words, " ");
}

std::string single_quoted(std::string text) {
    boost::replace_all(text, "'", "'\\''");
    return "'" + text + "'";
}

std::string bash(const CLI::App& app) {
    std::vector<std::string> names;
    std::string cases = "        '') words=" + single_quoted(words_after(app)) + " files=1 ;;\n";
    for (const CLI::App* command : commands_of(app)) {
        names.push_back(command->get_name());
        cases += "        " + command->get_name() + ") words=" + single_quoted(words_after(*command)) +
                 " files=" + (takes(*command, "FILE") ? "1" : "") + " ;;\n";
    }
    return R"(_berth() {
    local word=${COMP_WORDS[COMP_CWORD]} command='' words files i
    for ((i = 1; i < COMP_CWORD; ++i)); do
        case ${COMP_WORDS[i]} in
            )" +
           boost::join(names, "|") +
           R"() command=${COMP_WORDS[i]}; break ;;
        esac
    done
    case $command in
)" + cases +
           R"(    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word"; [[ -z $files ]] || compgen -f -- "$word")
}
complete -o filenames -F _berth berth
)";
}

// In the form of _arguments, where brackets and colons mean something: --pin[Keep them]
std::string zsh_option(const CLI::Option& option, const std::string& name) {
    std::string text = option.get_description();
    for (const char* special : {"\\", "[", "]", ":"}) boost::replace_all(text, special, std::string{"\\"} + special);
    const bool has_value = option.get_items_expected_max() > 0;
    return single_quoted(name + "[" + text + "]" + (has_value ? ":value:" : ""));
}

std::string zsh(const CLI::App& app) {
    std::string names, cases;
    for (const CLI::App* command : commands_of(app)) {
        std::string name = command->get_name();
        names += "        " + single_quoted(name + ":" + command->get_description()) + "\n";
        cases += "        " + name + ") _arguments";
        for (const CLI::Option* option : command->get_options())
            for (const std::string& spelling : option->get_lnames())
                cases += " " + zsh_option(*option, "--" + spelling);
        if (takes(*command, "FILE")) cases += " '*:file:_files'";
        if (takes(*command, "SHELL")) cases += " '1:shell:(bash zsh fish)'";
        cases += " ;;\n";
    }
    return R"(#compdef berth
_berth() {
    local -a commands=(
)" + names +
           R"(    )
    if ((CURRENT == 2)); then
        _describe command commands
        _files
        return
    fi
    local command=${words[2]}
    shift words
    ((--CURRENT))
    case $command in
)" + cases +
           R"(    esac
}
if [[ $funcstack[1] == _berth ]]; then _berth "$@"; else compdef _berth berth; fi
)";
}

std::string fish(const CLI::App& app) {
    std::string lines;
    const auto add_options = [&](const CLI::App& command, const std::string& when) {
        for (const CLI::Option* option : command.get_options()) {
            if (option->get_positional()) continue;
            lines += "complete -c berth -n " + single_quoted(when);
            for (const std::string& name : option->get_snames()) lines += " -s " + name;
            for (const std::string& name : option->get_lnames()) lines += " -l " + name;
            if (option->get_items_expected_max() > 0) lines += " -x";
            lines += " -d " + single_quoted(option->get_description()) + "\n";
        }
    };
    add_options(app, "__fish_use_subcommand");
    for (const CLI::App* command : commands_of(app)) {
        const std::string& name = command->get_name();
        lines += "complete -c berth -n __fish_use_subcommand -a " + name + " -d " +
                 single_quoted(command->get_description()) + "\n";
        const std::string inside = "__fish_seen_subcommand_from " + name;
        add_options(*command, inside);
        if (takes(*command, "SHELL"))
            lines += "complete -c berth -n " + single_quoted(inside) + " -f -a 'bash zsh fish'\n";
        if (!takes(*command, "FILE") && !takes(*command, "SHELL"))
            lines += "complete -c berth -n " + single_quoted(inside) + " -f\n";
    }
    return lines;
}

}  // namespace

std::string completion_script(const CLI::App& app, std::string_view shell) {
    if (shell == "zsh") return zsh(app);
    if (shell == "fish") return fish(app);
    return bash(app);
}

}  // namespace berth::cli
