#include "cli/commands.hpp"

#include "cli/configuration_commands.hpp"
#include "cli/garbage_collect.hpp"
#include "cli/index_referrers.hpp"
#include "cli/serve.hpp"
#include "cli/warm.hpp"
#include "version.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

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
    R"(Nobody may push to the storage until it ends, through any registry. Pulls may go on. What a kept index lists stays, and so
do referrers (signatures, say) of what is kept. Nothing is deleted when a link or a manifest cannot be read.

Exit code: 0 done, 1 it had to stop, 2 the command line or the file is wrong.)";

constexpr const char* warm_footer = R"(Exit code: 0 all are warm, 1 some are not, 2 the command line is wrong.

Examples:
  berth warm team/net:v1 team/data:2026-11
  berth warm 127.0.0.1:5500/team/net:v1             the name as docker pulls it
  berth warm --pin --timeout 30m team/net:v1        in a node's first boot
  berth warm --unpin team/net:v1)";

}  // namespace

int run(int argc, char** argv) {
    CLI::App app{"berth: a container registry for every node of a cluster, over one S3 bucket", "berth"};
    app.footer(footer);
    app.set_version_flag("--version", std::string{"berth "} + version, "Print the version and end");
    app.set_help_flag("-h,--help", "Print this help and end");
    app.require_subcommand(0, 1);

    std::string bare_file;
    app.add_option("FILE", bare_file, "The configuration: serve with it, as `berth serve FILE` does");

    std::string serve_file;
    CLI::App* serve_command = app.add_subcommand("serve", "Serve until SIGINT or SIGTERM");
    serve_command->add_option(
        "FILE", serve_file,
        "The configuration; without it $REGISTRY_CONFIGURATION_PATH, without that a built-in default");
    serve_command->footer("Prints \"listening on HOST:PORT\" to stderr once it does; port 0 picks a free one.");

    index_referrers_options index;
    CLI::App* index_command =
        app.add_subcommand("index-referrers", "Make the referrers API list what was pushed to registry:2");
    index_command->add_option("FILE", index.file, "The configuration of the registry, for its storage")->required();
    index_command->add_option("--repository", index.repository, "This repository only")->type_name("NAME");
    index_command->add_flag("--dry-run", index.dry_run, "Only say what would be written");
    index_command->footer(
        "Reads every manifest; registries may run meanwhile. To be run once, and again when registry:2 was pushed to.");

    std::string checked_file;
    CLI::App* check_command =
        app.add_subcommand("check-config", "Say what is wrong or has no effect in a configuration, line by line");
    check_command->add_option("FILE", checked_file, "The configuration")->required();
    check_command->footer(check_footer);

    std::string shown_file;
    CLI::App* config_command =
        app.add_subcommand("config", "Print the configuration that counts: file, environment and defaults");
    config_command->add_option(
        "FILE", shown_file,
        "The configuration; without it $REGISTRY_CONFIGURATION_PATH, without that the built-in default");
    config_command->footer(
        "Secrets are printed as (secret). Nothing is contacted. Exit code: 0, or 2 for a wrong file.");

    garbage_collect_options collecting;
    CLI::App* collect_command =
        app.add_subcommand("garbage-collect", "Delete the blobs that no manifest refers to, while nobody pushes");
    collect_command->add_option("FILE", collecting.file, "The configuration of the registry, for its storage")
        ->required();
    collect_command->add_flag("-d,--dry-run", collecting.dry_run, "Only say what would be deleted");
    collect_command->add_flag("-m,--delete-untagged", collecting.delete_untagged,
                              "Also delete manifests without a tag that nothing which stays lists or is the subject of");
    collect_command->add_flag("-q,--quiet", collecting.quiet, "Print errors only");
    collect_command->footer(collect_footer);

    warm_options warming;
    CLI::App* warm_command =
        app.add_subcommand("warm", "Bring images into the disk cache of a running berth, ahead of those who pull them");
    warm_command->add_option("IMAGE", warming.images, "NAME:TAG or NAME@DIGEST")->type_name("")->required();
    warm_command->add_option("--address", warming.address, "Of the running berth: HOST:PORT, or a URL")
        ->type_name("ADDRESS")
        ->capture_default_str();
    warm_command->add_option("--platform", warming.platform, "Of an index: linux/arm64, or all; else the node's own")
        ->type_name("PLATFORM");
    warm_command
        ->add_option("--timeout", warming.timeout,
                     "As 10m: until then also wait for a berth that does not answer, or whose storage does not")
        ->type_name("TIME");
    CLI::Option* pin = warm_command->add_flag("--pin", warming.pin, "Keep them in the cache until they are unpinned");
    warm_command->add_flag("--unpin", warming.unpin, "Pin them no more, and do nothing else")->excludes(pin);
    warm_command->footer(warm_footer);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_code::ok : exit_code::misused;
    }
    if (app.get_subcommands().empty() && bare_file.empty()) {
        std::fputs(app.help().c_str(), stderr);
        return exit_code::misused;
    }
    try {
        if (index_command->parsed()) return index_referrers(std::move(index));
        if (collect_command->parsed()) return garbage_collect(std::move(collecting));
        if (warm_command->parsed()) return warm(warming);
        if (check_command->parsed()) return check_configuration(std::move(checked_file));
        if (config_command->parsed()) return print_configuration(std::move(shown_file));
        return serve(serve_command->parsed() ? serve_file : bare_file);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "berth: %s\n", error.what());
        return exit_code::failed;
    }
}

}  // namespace berth::cli
