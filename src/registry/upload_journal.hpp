#pragma once

#include "oci/names.hpp"
#include "registry/upload_state.hpp"
#include "storage/driver.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace berth::registry {

/// One of the states an upload has been in, as the name of its file tells it.
struct upload_step {
    std::uint64_t generation = 0;  ///< Counts from 1; 0: it has begun, and no byte has come.
    std::uint64_t offset = 0;
    std::string id{};  ///< Of the node's one attempt to get there.

    friend bool operator==(const upload_step&, const upload_step&) = default;
};

/// Which upload: the id alone says nothing to a node that does not have it in memory.
struct upload_name {
    oci::repository_name repository;
    std::string uuid;
};

/// What keeps one of two steps from the same place from being taken for good; tests leave parts of it out, to see that
/// they are needed.
struct upload_guards {
    bool look_for_others = true;      ///< Who have taken a step as far as this one.
    bool look_where_it_began = true;  ///< Whether that counts still.
};

/// What the store knows of uploads, for all nodes. An upload's folder holds the state that a client may count on, in a
/// file of its own name; who takes the next step writes another one, and the listing afterwards says whether somebody
/// else has taken it. Stateless and thread-safe. All verbs throw storage::error.
///
/// Source: docs/adr/0021-uploads-that-move.md.
class upload_journal {
public:
    explicit upload_journal(storage::driver& driver, upload_guards on = {}) : driver_{driver}, on_{on} {}

    awaitable<void> begin(const upload_name& upload);
    /// Nothing where there is no such upload.
    awaitable<std::optional<upload_step>> latest(const upload_name& upload);
    /// Nothing where that is over by now. A generation of 0 has no state.
    awaitable<std::optional<upload_state>> read(const upload_name& upload, const upload_step& step);
    /// A writer that goes on behind it.
    awaitable<std::unique_ptr<storage::writer>> resume(const upload_name& upload, const upload_step& step,
                                                       const upload_state& state);
    /// From `from` to what `writer` holds, durably: `state` as it is now, but for what the writer says itself. Nothing
    /// where somebody else has been quicker; then the upload is as if this had not been tried.
    awaitable<std::optional<upload_step>> advance(const upload_name& upload, const upload_step& from,
                                                  upload_state& state, storage::writer& writer);
    /// Removes all there is of it.
    awaitable<void> end(const upload_name& upload);

private:
    struct entry {
        upload_step step;
        wall_time written{};

        /// Two of a generation: all nodes take the same one for the first, by when the store wrote them.
        auto precedence() const { return std::tuple{~step.generation, written, std::string_view{step.id}}; }
    };
    struct contents {
        bool begun = false;
        std::vector<entry> states;
        std::vector<std::string> rests;  // their ids
    };

    enum class standing { alone, first, beaten, overtaken };

    standing stand(const upload_step& mine, const upload_step& from, const contents& there) const;
    awaitable<contents> list(const upload_name& upload);
    awaitable<void> remove_step(const upload_name& upload, const upload_step& step, const contents& there);

    storage::driver& driver_;
    const upload_guards on_;
};

}  // namespace berth::registry
