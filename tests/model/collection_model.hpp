#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// The protocol between pushes and collections of garbage, without a line of the code that follows it: what docs/adr/
/// 0022-collecting-beside-writers.md says, step by step, and each step takes effect at once. All orders of all steps
/// are gone through, so what is not found here does not exist, within these bounds: some collections, some pushes of
/// one manifest, one or two files that may go. tests/simulation shows less of much more, the classes themselves.
namespace berth::model {

/// What the protocol consists of. Without any one of these something is lost.
struct rules {
    bool declare_intents = true;       ///< A push writes its intent before it looks.
    bool leave_wanted_marks = true;    ///< It leaves gc-keep where it has found the mark of a collection.
    bool wait_for_removals = true;     ///< It looks again when a removal that is under way is over.
    bool end_late_pushes = true;       ///< It writes no link when an hour has passed.
    bool condemn = true;               ///< A collection leaves gc-cond before it looks for references.
    bool read_intents_first = true;    ///< And the links then.
    bool look_for_wanted = true;       ///< It looks for gc-keep after it has written gc-del.
    bool fence = true;                 ///< The store refuses a removal that comes too late.
    bool wait_for_repeated = true;     ///< Whoever has sent one twice takes gc-del back when both are over.
    bool own_marks = true;             ///< A collection takes back its own marks only.
    bool pardon_nobody_else = true;    ///< And no gc-keep, when it lets something off.
    bool register_collections = true;  ///< It says that it runs before it leaves a mark.
    /// It clears a gc-keep when it has begun after that, and only if none is registered that began before.
    bool keep_wanted_marks = true;
    bool end_when_given_up = true;  ///< It removes nothing when it has said nothing for five minutes.
};

/// What may go in a collection, and is pushed meanwhile.
enum class garbage {
    layer,               ///< A blob that nothing refers to; each push links its manifest in a repository of its own.
    layer_and_manifest,  ///< The same of two files: a layer, and the bytes of the manifest that names it.
    untagged_manifest,   ///< A manifest's link, as it has no tag, and then its layer; pushes bring a tag.
};

struct scene {
    int collections = 1;  ///< At most three.
    int pushes = 1;       ///< At most two.
    garbage what = garbage::layer;
    bool with_trash = false;  ///< Copies in it may vanish at any time.
    rules follow{};
};

struct finding {
    std::size_t states = 0;          ///< That were looked at.
    std::vector<std::string> way{};  ///< From the beginning, a step each; empty when nothing was found.
};

/// Whether something that a visible link or tag refers to can be gone.
finding look_for_loss(const scene& in);
/// Whether a step that is described so can be made.
finding look_for_step(const scene& in, std::string_view described);

/// Whether these steps can be made one after the other, and something is lost at the end.
bool leads_to_loss(const scene& in, const std::vector<std::string>& way);

}  // namespace berth::model
