#pragma once

#include "oci/manifest.hpp"
#include "registry/digest_map.hpp"
#include "registry/keeper.hpp"
#include "registry/manifest_rules.hpp"
#include "registry/repository_file.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace berth::registry {

/// Checks what a store holds: that every link holds what its place says, every tag leads to a manifest, every manifest
/// has its bytes, and what it refers to is there, linked and as large as it says. While others write: what looks wrong
/// is looked at once more at the end. Changes nothing unless it is told to repair, and removes nothing even then.
///
/// Its memory: 50 bytes for each blob, 40 for each that is referred to, the links of the largest repository, and what
/// looks wrong. Not thread-safe.
///
/// Lifetime: the driver outlives it. To be used once.
class fsck {
public:
    /// Something that is wrong.
    struct finding {
        std::string kind;     ///< One word or two, for programs: "blob-missing".
        storage::path where;  ///< The file that is wrong, or is not there.
        std::string text;     ///< What is wrong with it, and what to do.
        bool is_repaired = false;
    };
    struct counts {
        std::uint64_t repositories = 0, manifests = 0, tags = 0, links = 0;
        std::uint64_t blobs = 0, bytes = 0;
        std::uint64_t unreferenced = 0, unreferenced_bytes = 0;  ///< Blobs that no manifest refers to: sound.
        std::uint64_t uploads = 0;                               ///< Files of open ones: sound.
        std::uint64_t in_trash = 0;
        std::uint64_t unknown = 0;       ///< Files that no registry has written.
        std::uint64_t hashed_bytes = 0;  ///< So far.
    };
    struct options {
        bool deep = false;    ///< Also reads all links of layers, and hashes all bytes.
        bool repair = false;  ///< Writes links that are missing, and takes blobs out of the trash.
        std::function<void(const finding&)> on_finding{};  ///< If set.
        std::function<void(const counts&)> on_progress{};  ///< Called now and then, if set.
        std::function<void(const storage::path&)>
            on_unknown{};  ///< For each file that no registry has written, if set.
    };

    fsck(storage::driver& driver, options options) : driver_{driver}, keeper_{driver}, options_{std::move(options)} {}

    /// Throws storage::error when the store fails: then nothing is known.
    awaitable<counts> check();

private:
    /// The links of one repository, as they were listed.
    struct repository {
        oci::repository_name name;
        std::set<oci::digest> layers{};
        std::vector<oci::digest> revisions{};
        std::vector<oci::tag> tags{};
        std::map<storage::path, oci::digest> links{};  // that are to be read, and what they must hold
    };
    /// Whether one thing is wrong, by what the store says now; with `repair` it may be put right.
    using question = std::function<awaitable<std::optional<finding>>(bool repair)>;

    awaitable<void> list_blobs();
    awaitable<void> list_trash();
    awaitable<void> walk_repositories();
    void take(const storage::listed_file& file, const repository_file& what, repository& into);
    void take_unknown(const storage::path& file);
    awaitable<void> check_repository(const repository& one);
    awaitable<void> check_manifest(const repository& of, const oci::digest& digest);
    awaitable<void> look_through_blobs();

    awaitable<void> ask(question what);
    awaitable<void> ask_again();

    awaitable<std::optional<finding>> judge_link(storage::path file, oci::digest expected, bool repair);
    awaitable<std::optional<finding>> judge_tag(oci::repository_name name, oci::tag tag, bool repair);
    awaitable<std::optional<finding>> judge_manifest(oci::repository_name name, oci::digest digest, bool repair);
    awaitable<std::optional<finding>> judge_need(oci::repository_name name, oci::digest manifest, oci::descriptor blob,
                                                 bool repair);
    awaitable<std::optional<finding>> judge_bytes(oci::digest blob);

    awaitable<bool> is_there(storage::path file);
    awaitable<bool> has_right_bytes(oci::digest blob);
    awaitable<std::string> restored_or_gone(oci::digest blob, bool repair, finding& about);

    void report_progress() const;

    storage::driver& driver_;
    keeper keeper_;
    const options options_;
    const manifest_rules rules_{};
    counts counts_;
    digest_map<std::uint64_t> sizes_;  // of all blobs, in bytes
    digest_set referred_to_, trash_;
    std::vector<question> suspicions_;
};

}  // namespace berth::registry
