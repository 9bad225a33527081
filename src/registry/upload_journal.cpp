#include "registry/upload_journal.hpp"

#include "async/for_each.hpp"
#include "base/log.hpp"
#include "base/random_id.hpp"
#include "storage/layout.hpp"

#include <algorithm>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

/// How often one that comes first looks whether nobody else is there: some times at once, then a second or two apart.
constexpr int most_looks = 8, looks_at_once = 4;

storage::path state_file(const upload_name& of, const upload_step& step) {
    return layout::upload_state(of.repository, of.uuid, {step.generation, step.offset, step.id});
}

storage::path rest_file(const upload_name& of, const upload_step& step) {
    return layout::upload_rest(of.repository, of.uuid, step.id);
}

}  // namespace

awaitable<void> upload_journal::begin(const upload_name& upload) {
    co_await driver_.put(layout::upload_started_at(upload.repository, upload.uuid),
                         format_rfc3339(std::chrono::system_clock::now()));
}

awaitable<upload_journal::contents> upload_journal::list(const upload_name& upload) {
    constexpr std::size_t more_than_there_are = 1000;
    const storage::path folder = layout::upload(upload.repository, upload.uuid);
    const storage::path from_start;
    const storage::file_page page = co_await driver_.list_files(folder, from_start, more_than_there_are);
    contents found;
    for (const storage::listed_file& one : page.files) {
        const std::string_view name = std::string_view{one.file}.substr(folder.size() + 1);
        if (name == layout::started_at_name) found.begun = true;
        if (auto step = layout::parse_upload_state(name))
            found.states.push_back({{step->generation, step->offset, std::move(step->id)}, one.modified});
        if (auto id = layout::parse_upload_rest(name)) found.rests.push_back(std::move(*id));
    }
    co_return found;
}

awaitable<std::optional<upload_step>> upload_journal::latest(const upload_name& upload) {
    const contents there = co_await list(upload);
    const auto first = std::ranges::min_element(there.states, {}, &entry::precedence);
    if (first != there.states.end()) co_return first->step;
    if (there.begun) co_return upload_step{};
    co_return std::nullopt;
}

awaitable<std::optional<upload_state>> upload_journal::read(const upload_name& upload, const upload_step& step) {
    const storage::path file = state_file(upload, step);
    const auto text = co_await driver_.find(file, max_upload_state_bytes);
    if (!text) co_return std::nullopt;
    auto state = upload_state::parse(*text);
    if (state && state->offset == step.offset) co_return state;
    log::warn("an upload cannot go on: its state is damaged", {{"file", file}});
    co_return std::nullopt;
}

awaitable<std::unique_ptr<storage::writer>> upload_journal::resume(const upload_name& upload, const upload_step& step,
                                                                   const upload_state& state) {
    return driver_.resume(layout::upload_data(upload.repository, upload.uuid), state.saved, rest_file(upload, step),
                          state.offset);
}

// Of two that race for the same place the one that `precedence` puts first stays, unless the other one has seen nobody
// and won: then what both began from goes, or nothing changes any more. What others may have been told of stays.
upload_journal::standing upload_journal::stand(const upload_step& mine, const upload_step& from,
                                               const contents& there) const {
    bool from_is_there = from.generation == 0 && there.begun;
    const auto same = std::ranges::find(there.states, mine, &entry::step);
    const bool is_there = same != there.states.end();
    standing found = standing::alone;
    for (const entry& one : there.states) {
        if (one.step == from) from_is_there = true;
        if (one.step.generation < mine.generation || one.step == mine || !on_.look_for_others) continue;
        if (one.step.generation > mine.generation) return standing::overtaken;
        const bool is_later = is_there && one.precedence() > same->precedence();
        if (!is_later) return standing::beaten;
        found = standing::first;
    }
    return from_is_there || !on_.look_where_it_began ? found : standing::beaten;
}

awaitable<std::optional<upload_step>> upload_journal::advance(const upload_name& upload, const upload_step& from,
                                                              upload_state& state, storage::writer& writer) {
    upload_step next{from.generation + 1, state.offset, random_uuid()};
    state.saved = co_await writer.save(rest_file(upload, next));
    co_await driver_.put(state_file(upload, next), state.to_text());

    contents there = co_await list(upload);
    standing at = stand(next, from, there);
    for (int looks = 1; at == standing::first && looks < most_looks; ++looks) {
        // The other one takes its own away, or has won.
        if (looks > looks_at_once) co_await driver_.wait_until_past(co_await driver_.now());
        there = co_await list(upload);
        at = stand(next, from, there);
    }
    if (at == standing::overtaken) co_return std::nullopt;  // perhaps by one that stands on this step
    if (at != standing::alone) {
        co_await remove_step(upload, next, there);
        co_return std::nullopt;
    }
    std::vector<awaitable<void>> removals;
    for (const auto& [step, written] : there.states)
        if (step != next) removals.push_back(remove_step(upload, step, there));
    co_await async::await_all(removals);
    co_return next;
}

// The state first: it needs the rest.
awaitable<void> upload_journal::remove_step(const upload_name& upload, const upload_step& step, const contents& there) {
    co_await driver_.remove_file(state_file(upload, step));
    if (std::ranges::find(there.rests, step.id) != there.rests.end())
        co_await driver_.remove_file(rest_file(upload, step));
}

awaitable<void> upload_journal::end(const upload_name& upload) {
    return driver_.remove(layout::upload(upload.repository, upload.uuid));
}

}  // namespace berth::registry
