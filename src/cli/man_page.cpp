#include "cli/man_page.hpp"

#include "version.hpp"

#include <boost/algorithm/string/replace.hpp>

#include <sstream>

namespace berth::cli {

namespace {

// Backslashes, hyphens that are to stay such, and lines that begin like a request mean something to troff.
std::string plain(std::string text) {
    boost::replace_all(text, "\\", "\\e");
    boost::replace_all(text, "-", "\\-");
    if (text.starts_with('.') || text.starts_with('\'')) text.insert(0, "\\&");
    return text;
}

// Lines that are laid out already stay as they are.
std::string as_it_stands(const std::string& text) {
    std::string out = ".nf\n";
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) out += plain(line) + "\n";
    return out + ".fi\n";
}

std::string positionals_of(const CLI::App& command) {
    std::string text;
    for (const CLI::Option* option : command.get_options()) {
        if (!option->get_positional()) continue;
        const std::string name = "\\fI" + plain(option->get_name(true)) + "\\fR";
        text += option->get_required() ? " " + name : " [" + name + "]";
    }
    return text;
}

std::string describe(const CLI::Option& option) {
    std::string names;
    for (const std::string& name : option.get_snames()) names += ", \\fB" + plain("-" + name) + "\\fR";
    for (const std::string& name : option.get_lnames()) names += ", \\fB" + plain("--" + name) + "\\fR";
    const bool has_value = option.get_items_expected_max() > 0;
    if (names.empty())
        names = ", \\fI" + plain(option.get_name(true)) + "\\fR";
    else if (has_value)
        names += " \\fI" + plain(option.get_type_name()) + "\\fR";
    return ".TP\n" + names.substr(2) + "\n" + plain(option.get_description()) + ".\n";
}

std::string describe(const CLI::App& command) {
    std::string text = ".SS \"berth " + plain(command.get_name()) + positionals_of(command) + "\"\n";
    text += plain(command.get_description()) + ".\n";
    for (const CLI::Option* option : command.get_options())
        if (option != command.get_help_ptr()) text += describe(*option);
    if (!command.get_footer().empty()) text += ".PP\n" + as_it_stands(command.get_footer());
    return text;
}

constexpr const char* rest = R"(.SH ENVIRONMENT
.TP
\fBREGISTRY_CONFIGURATION_PATH\fR
The configuration where no \fIFILE\fR is given.
.TP
\fBREGISTRY_\fR...
Any key of the configuration: REGISTRY_STORAGE_S3_BUCKET is storage.s3.bucket.
.TP
\fBAWS_ACCESS_KEY_ID\fR, \fBAWS_SECRET_ACCESS_KEY\fR, \fBAWS_PROFILE\fR, ...
Where S3's credentials may come from when the configuration has none.
.SH EXIT STATUS
0 when all is well, 1 when it could not start or go on, 2 when the command line or the configuration is wrong.
.SH SEE ALSO
docs/configuration.md has every key of the configuration, docs/operations.md is for those who run it.
)";

}  // namespace

std::string man_page(const CLI::App& app) {
    std::string text = ".TH BERTH 1 \"\" \"berth " + plain(version) + "\" \"berth\"\n";
    text += ".SH NAME\nberth \\- a container registry for every node of a cluster, over one S3 bucket\n";
    text += ".SH SYNOPSIS\n";
    const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
    text += "\\fBberth\\fR \\fIFILE\\fR\n";
    for (const CLI::App* command : commands)
        text += ".br\n\\fBberth " + plain(command->get_name()) + "\\fR [\\fIOPTION\\fR]..." + positionals_of(*command) +
                "\n";
    text +=
        ".SH DESCRIPTION\nA drop\\-in for registry:2: with the same configuration, environment and layout in the "
        "bucket.\n"
        "\\fBberth\\fR \\fIFILE\\fR is \\fBberth serve\\fR \\fIFILE\\fR.\n";
    for (const CLI::Option* option : app.get_options())
        if (!option->get_positional()) text += describe(*option);
    text += ".SH COMMANDS\n";
    for (const CLI::App* command : commands) text += describe(*command);
    return text + rest;
}

}  // namespace berth::cli
