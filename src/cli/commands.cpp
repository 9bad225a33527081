#include "cli/commands.hpp"

#include "cli/configuration_commands.hpp"
#include "cli/fsck.hpp"
#include "cli/garbage_collect.hpp"
#include "cli/index_referrers.hpp"
#include "cli/man_page.hpp"
#include "cli/serve.hpp"
#include "cli/shell_completion.hpp"
#include "cli/warm.hpp"
#include "version.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace berth::cli {

namespace {

constexpr const char* footer = R"(Any key of the configuration can be set by the environment, as with registry:2:
  REGISTRY_STORAGE_S3_BUCKET=images overrides storage.s3.bucket.

Examples:
  berth serve                               on 127.0.0.1:5500, files below ./berth-data
  berth serve /etc/docker/registry/config.yml
  berth /etc/docker/registry/config.yml     the same)";

constexpr const char* check_footer =
    R"(Reads the REGISTRY_* variables of the environment as well, as `serve` does. Contacts nothing, changes nothing.

Exit code: 0 when `berth serve FILE` would start with it (there may be warnings), else 2.)";

constexpr const char* collect_footer =
    R"(Any number of berths may serve, push to and delete from the storage meanwhile; pushes through registry:2 need care
(docs/migration.md). What a kept index lists stays, and so do referrers (signatures, say) of what is kept. Nothing is
deleted when a link or a manifest cannot be read.

With the times as they are, a blob goes when two runs a day apart have found it unreferenced, and can come back for a
week: by itself when somebody pulls or pushes it. To delete at once and for good:
  berth garbage-collect --grace 0s --quarantine 0s --trash-retention 0s FILE

Exit code: 0 done, 1 it had to stop, 2 the command line or the file is wrong.)";

constexpr const char* fsck_footer =
    R"(Changes nothing without --repair, and deletes nothing with it. Registries may run meanwhile: what looks wrong is
looked at once more at the end. Blobs that nothing refers to and open uploads are sound.

Exit code: 0 nothing is wrong or all was repaired, 1 something is wrong, 2 it could not be found out.)";

constexpr const char* warm_footer = R"(Exit code: 0 all are warm, 1 some are not, 2 the command line is wrong.

Examples:
  berth warm team/net:v1 team/data:2026-11
  berth warm 127.0.0.1:5500/team/net:v1             the name as docker pulls it
  berth warm --pin --timeout 30m team/net:v1        in a node's first boot
  berth warm --unpin team/net:v1)";

constexpr const char* completion_footer = R"(For bash, in ~/.bashrc:       source <(berth completion bash)
For zsh, in ~/.zshrc:         source <(berth completion zsh)
For fish:                     berth completion fish > ~/.config/fish/completions/berth.fish)";

/// What may be said on the command line, and what was.
struct command_line {
    CLI::App app{"berth: a container registry for every node of a cluster, over one S3 bucket", "berth"};
    std::string bare_file;
    std::string file;  // of serve, check-config and config
    index_referrers_options index;
    garbage_collect_options collecting;
    fsck_options checking;
    warm_options warming;
    std::string shell;
    std::vector<std::pair<CLI::App*, std::function<int()>>> commands;

    command_line() {
        app.footer(footer);
        app.set_version_flag("-v,--version", std::string{"berth "} + version, "Print the version and end");
        app.set_help_flag("-h,--help", "Print this help and end");
        app.require_subcommand(0, 1);
        app.add_option("FILE", bare_file, "The configuration: serve with it, as `berth serve FILE` does");
        add_serve();
        add_check_config();
        add_config();
        add_garbage_collect();
        add_fsck();
        add_index_referrers();
        add_warm();
        add_completion();
        add_man();
    }

    CLI::App* add(const char* name, const char* does, std::function<int()> run) {
        CLI::App* command = app.add_subcommand(name, does);
        commands.emplace_back(command, std::move(run));
        return command;
    }

    void add_serve() {
        CLI::App* command = add("serve", "Serve until SIGINT or SIGTERM", [this] { return serve(file); });
        command->add_option(
            "FILE", file,
            "The configuration; without it $REGISTRY_CONFIGURATION_PATH, without that a built-in default");
        command->footer("Prints \"listening on HOST:PORT\" to stderr once it does; port 0 picks a free one.");
    }

    void add_check_config() {
        CLI::App* command = add("check-config", "Say what is wrong or has no effect in a configuration, line by line",
                                [this] { return check_configuration(file); });
        command->add_option("FILE", file, "The configuration")->required();
        command->footer(check_footer);
    }

    void add_config() {
        CLI::App* command = add("config", "Print the configuration that counts: file, environment and defaults",
                                [this] { return print_configuration(file); });
        command->add_option(
            "FILE", file,
            "The configuration; without it $REGISTRY_CONFIGURATION_PATH, without that the built-in default");
        command->footer("Secrets are printed as (secret). Nothing is contacted. Exit code: 0, or 2 for a wrong file.");
    }

    void add_garbage_collect() {
        CLI::App* command =
            add("garbage-collect", "Delete the blobs that no manifest refers to, while others push and pull",
                [this] { return garbage_collect(collecting); });
        command->add_option("FILE", collecting.file, "The configuration of the registry, for its storage")->required();
        command->add_flag("-d,--dry-run", collecting.dry_run, "Only say what would be deleted");
        command->add_flag("-m,--delete-untagged", collecting.delete_untagged,
                          "Also delete manifests without a tag that nothing which stays lists or is the subject of");
        const auto add_time = [&](const char* option, std::string& time, const char* does) {
            command->add_option(option, time, does)->type_name("TIME")->capture_default_str();
        };
        add_time("--grace", collecting.grace, "What is younger stays: a push may be about to refer to it");
        add_time("--quarantine", collecting.quarantine,
                 "Delete blobs that a run so long ago found unreferenced already");
        add_time("--trash-retention", collecting.trash_retention,
                 "Deleted blobs can come back for so long; 0s deletes them for good");
        command->add_flag("--force", collecting.force, "Delete even where so much would go that something looks wrong");
        command->add_flag("-q,--quiet", collecting.quiet, "Print errors only");
        command->footer(collect_footer);
    }

    void add_fsck() {
        CLI::App* command = add("fsck", "Check that all that a storage's manifests refer to is there and right",
                                [this] { return fsck(checking); });
        command->add_option("FILE", checking.file, "The configuration of the registry, for its storage")->required();
        command->add_flag("--deep", checking.deep, "Also read every link, and hash every blob's bytes");
        command->add_flag("--repair", checking.repair, "Write links that are missing, bring blobs back from the trash");
        command->add_flag("--json", checking.json, "Print one JSON document instead of lines");
        command->add_flag("-q,--quiet", checking.quiet, "Print what is wrong, and errors, only");
        command->footer(fsck_footer);
    }

    void add_index_referrers() {
        CLI::App* command = add("index-referrers", "Make the referrers API list what was pushed to registry:2",
                                [this] { return index_referrers(index); });
        command->add_option("FILE", index.file, "The configuration of the registry, for its storage")->required();
        command->add_option("--repository", index.repository, "This repository only")->type_name("NAME");
        command->add_flag("--dry-run", index.dry_run, "Only say what would be written");
        command->footer(
            "Reads every manifest; registries may run meanwhile. To be run once, and again when registry:2 was pushed "
            "to.");
    }

    void add_warm() {
        CLI::App* command =
            add("warm", "Bring images into the disk cache of a running berth, ahead of those who pull them",
                [this] { return warm(warming); });
        command->add_option("IMAGE", warming.images, "NAME:TAG or NAME@DIGEST")->type_name("")->required();
        command
            ->add_option("--address", warming.address,
                         "Of the running berth: HOST:PORT, a URL, or unix:///PATH of its socket")
            ->type_name("ADDRESS")
            ->capture_default_str();
        command
            ->add_option("--user-file", warming.user_file, "For a berth that asks: a file of your own, USER:PASSWORD")
            ->type_name("FILE")
            ->envname("BERTH_USER_FILE");
        command->add_option("--platform", warming.platform, "Of an index: linux/arm64, or all; else the node's own")
            ->type_name("PLATFORM");
        command
            ->add_option("--timeout", warming.timeout,
                         "As 10m: until then also wait for a berth that does not answer, or whose storage does not")
            ->type_name("TIME");
        CLI::Option* pin = command->add_flag("--pin", warming.pin, "Keep them in the cache until they are unpinned");
        command->add_flag("--unpin", warming.unpin, "Pin them no more, and do nothing else")->excludes(pin);
        command->footer(warm_footer);
    }

    void add_completion() {
        CLI::App* command = add("completion", "Print what teaches a shell these commands", [this] {
            std::fputs(completion_script(app, shell).c_str(), stdout);
            return exit_code::ok;
        });
        command->add_option("SHELL", shell, "bash, zsh or fish")
            ->type_name("")
            ->required()
            ->check(CLI::IsMember{std::vector<std::string>{"bash", "zsh", "fish"}});
        command->footer(completion_footer);
    }

    void add_man() {
        CLI::App* command = add("man", "Print the manual page", [this] {
            std::fputs(man_page(app).c_str(), stdout);
            return exit_code::ok;
        });
        command->footer("To read it: berth man | man -l -");
    }
};

}  // namespace

int run(int argc, char** argv) {
    command_line line;
    try {
        line.app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return line.app.exit(error) == 0 ? exit_code::ok : exit_code::misused;
    }
    if (line.app.get_subcommands().empty() && line.bare_file.empty()) {
        std::fputs(line.app.help().c_str(), stderr);
        return exit_code::misused;
    }
    try {
        for (const auto& [command, run_it] : line.commands)
            if (command->parsed()) return run_it();
        return serve(line.bare_file);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "berth: %s\n", error.what());
        return exit_code::failed;
    }
}

}  // namespace berth::cli
