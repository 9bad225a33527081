#include "model/collection_model.hpp"

#include "model/search.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace berth::model {

namespace {

constexpr int most_files = 2, most_collections = 3, most_pushes = 2;

struct file {
    std::uint8_t is_there : 1, is_in_trash : 1, spare : 6;
};

/// The thirty seconds in which the store obeys a removal.
enum class window : std::uint16_t { not_yet, open, over };

/// How far a collection has come with one file.
enum class removal : std::uint16_t {
    untouched,
    condemned,
    copying,
    asking_for_time,
    dooming,
    looking,
    sending,
    taking_back_doom,
    pardoning,
    done,
};

/// One file in the hands of one collection.
struct reclaimed {
    removal at : 4;
    std::uint16_t has_condemned : 1, has_doomed : 1;  ///< Whether its gc-cond and gc-del are there.
    window time : 2;
    std::uint16_t is_sent : 1;      ///< A removal is on its way to the store.
    std::uint16_t is_repeated : 1;  ///< And one that was sent before it, and not answered.
    std::uint16_t spare : 6;
};

enum class stage : std::uint16_t { beginning, registering, clearing, condemning, reading, reclaiming, ended };
struct collection {
    stage at : 4;
    std::uint16_t is_given_up : 1;  ///< Others do not reckon with it any more.
    std::uint16_t round : 1;
    std::uint16_t read : 3;  ///< How many pages of intents and links in this round.
    std::uint16_t spare : 7;
    std::array<reclaimed, most_files> files;

    bool is_registered() const { return at > stage::registering && at < stage::ended && !is_given_up; }
};

/// How far a push has come with one file that it counts on.
enum class keeping : std::uint16_t {
    putting,
    listing,
    marking,
    listing_again,
    waiting,
    listing_at_last,
    restoring,
    kept,
    missing,
};

/// One file that one push counts on.
struct wanted {
    keeping at : 4;
    std::uint16_t has_mark : 1;   ///< Whether its gc-keep is there.
    std::uint16_t waits_for : 3;  ///< A bit for each collection whose gc-del it has seen.
    std::uint16_t is_after : 3;   ///< A bit for each collection that began before the gc-keep was written.
    std::uint16_t spare : 5;
};

enum class phase : std::uint16_t { asking, uploading, declaring, keeping, linking, tagging, withdrawing, ended };

struct push {
    phase at : 4;
    std::uint16_t has_intent : 1;
    std::uint16_t has_link : 1;  ///< The last one that it writes: what makes its manifest visible.
    std::uint16_t is_late : 1;   ///< Its intent is a day old, and counts no more.
    std::uint16_t spare : 9;
    std::array<wanted, most_files> files;
};

struct state {
    std::array<file, most_files> files;
    std::array<collection, most_collections> collections;
    std::array<push, most_pushes> pushes;
};
static_assert(sizeof(state) == 32);

bool is_same(const state& one, const state& other) {
    using bytes = std::array<std::byte, sizeof(state)>;
    return std::bit_cast<bytes>(one) == std::bit_cast<bytes>(other);
}

/// What is done, and by whom. Whoever dies makes no step any more, which needs no step of its own: others see nothing
/// of that but time that passes.
struct step {
    std::string_view what;
    char whose = ' ';  ///< 'c' of a collection, 'p' of a push.
    int number = 0;
    int file = -1;
};

struct move {
    step made;
    state to;
};

/// All steps that can be made from one state.
class next_steps {
public:
    next_steps(const scene& in, const state& from, std::vector<move>& into) : in_{in}, from_{from}, into_{into} {
        for (int c = 0; c < in.collections; ++c) add_collection(c);
        for (int p = 0; p < in.pushes; ++p) add_push(p);
        for (int f = 0; f < files(); ++f) add_of_trash(f);
    }

private:
    bool is_untagged() const { return in_.what == garbage::untagged_manifest; }
    int files() const { return in_.what == garbage::layer ? 1 : 2; }
    // With untagged_manifest, files[0] is the manifest's link and files[1] the layer; else files[0] is the layer.
    bool is_link(int f) const { return is_untagged() && f == 0; }
    bool is_bytes_of_manifest(int f) const { return in_.what == garbage::layer_and_manifest && f == 1; }
    int layer() const { return is_untagged() ? 1 : 0; }

    state& add(std::string_view what, char whose, int number, int f = -1) {
        into_.push_back({{what, whose, number, f}, from_});
        return into_.back().to;
    }

    // A collection empties the trash, or it or a reader of the blob brings that back: at any time, here.
    void add_of_trash(int f) {
        if (!from_.files[f].is_in_trash) return;
        add("the trash is emptied of it", ' ', 0, f).files[f].is_in_trash = 0;
        if (!from_.files[f].is_there) add("it comes back from the trash", ' ', 0, f).files[f].is_there = 1;
    }

    // Collections: registry/garbage_collector, and registry/reclaimer for a file.

    void add_collection(int c) {
        const collection& self = from_.collections[c];
        const auto does = [&](std::string_view what) -> collection& { return add(what, 'c', c).collections[c]; };
        switch (self.at) {
            // Its beginning is the store's time that it has asked for; its file comes after that.
            // They are all alike, so they may as well begin in this order.
            case stage::beginning:
                if (c == 0 || from_.collections[c - 1].at != stage::beginning) does("begins").at = stage::registering;
                break;
            case stage::registering:
                does("registers itself").at = stage::clearing;
                break;
            case stage::clearing:
                add_clearing(c);
                break;
            // What it has read before is not modelled: it may condemn whatever it likes.
            case stage::condemning:
                add_condemning(c);
                break;
            case stage::reading:
                add_reading(c);
                break;
            case stage::reclaiming:
                add_reclaiming(c);
                break;
            case stage::ended:
                break;
        }
        for (int f = 0; f < files(); ++f) add_of_store(c, f);
        if (self.is_registered()) add_giving_up(c);
        if (self.at > stage::registering && self.at < stage::ended) add_failing(c);
    }

    // Step 3 of a collection: marks that nobody reckons with go. The code looks for the marks first, and then for the
    // collections that run; here both are the last moment's, so that more marks can go.
    void add_clearing(int c) {
        state& to = add("clears the marks that nobody reckons with", 'c', c);
        to.collections[c].at = stage::condemning;
        for (int f = 0; f < files(); ++f) {
            for (int other = 0; other < in_.collections; ++other)
                if (other != c && !counts_as_running(other))
                    to.collections[other].files[f].has_condemned = to.collections[other].files[f].has_doomed = 0;
            for (int p = 0; p < in_.pushes; ++p)
                if (is_stale(from_.pushes[p].files[f], c)) to.pushes[p].files[f].has_mark = 0;
        }
    }
    bool counts_as_running(int c) const {
        return in_.follow.register_collections && from_.collections[c].is_registered();
    }
    bool is_stale(const wanted& kept, int for_collection) const {
        if (!in_.follow.keep_wanted_marks) return true;
        if (kept.is_after >> for_collection & 1) return false;
        for (int other = 0; other < in_.collections; ++other)
            if (kept.is_after >> other & 1 && counts_as_running(other)) return false;
        return true;
    }

    // Step 4: gc-cond.
    void add_condemning(int c) {
        const collection& self = from_.collections[c];
        for (int f = 0; f < files(); ++f) {
            if (!is_in_round(self, f) || self.files[f].at != removal::untouched) continue;
            collection& to = add("condemns", 'c', c, f).collections[c];
            to.files[f].has_condemned = in_.follow.condemn;
            to.files[f].at = removal::condemned;
            if (are_all(to, removal::condemned)) to.at = stage::reading;
        }
    }
    bool are_all(const collection& self, removal at) const {
        for (int f = 0; f < files(); ++f)
            if (is_in_round(self, f) && self.files[f].at != at) return false;
        return true;
    }
    // Links of manifests go before blobs.
    bool is_in_round(const collection& self, int f) const { return !is_untagged() || self.round == f; }

    // Step 5: intents, and then links; a page for each push, and each page shows what is there when it is read.
    void add_reading(int c) {
        const int pages = in_.pushes, at = from_.collections[c].read;
        const bool reads_intents = (at < pages) == in_.follow.read_intents_first;
        const int p = at % pages;
        const bool finds = reads_intents ? has_intent(from_.pushes[p]) : has_reference(c, p);
        if (finds) {
            state& to = add(reads_intents ? "finds the intent of a push" : "finds the link of a push", 'c', c);
            to.collections[c].at = stage::reclaiming;
            move_all(to.collections[c], removal::pardoning);
            return;
        }
        state& to = add(reads_intents ? "finds no intent on a page" : "finds no link on a page", 'c', c);
        ++to.collections[c].read;
        if (at + 1 < 2 * pages) return;
        to.collections[c].at = stage::reclaiming;
        move_all(to.collections[c], removal::copying);
    }
    static bool has_intent(const push& one) { return one.has_intent && !one.is_late; }
    bool has_reference(int c, int p) const {
        const bool looks_for_manifest = is_untagged() && from_.collections[c].round == 1;
        return looks_for_manifest ? from_.files[0].is_there : from_.pushes[p].has_link;
    }
    void move_all(collection& self, removal to) const {
        for (int f = 0; f < files(); ++f)
            if (is_in_round(self, f)) self.files[f].at = to;
    }

    void add_reclaiming(int c) {
        const collection& self = from_.collections[c];
        for (int f = 0; f < files(); ++f)
            if (is_in_round(self, f)) add_reclaiming(c, f);
        if (!are_all(self, removal::done)) return;
        const bool goes_on = !self.is_given_up || !in_.follow.end_when_given_up;
        if (is_untagged() && self.round == 0 && goes_on) {
            collection& to = add("goes on to blobs", 'c', c).collections[c];
            to.round = 1;
            to.read = 0;
            to.at = stage::condemning;
        } else {
            add("ends, and says so", 'c', c).collections[c].at = stage::ended;
        }
    }

    // Step 6, of one file; several are on their way side by side.
    void add_reclaiming(int c, int f) {
        switch (from_.collections[c].files[f].at) {
            case removal::copying:
                return add_copying(c, f);
            case removal::asking_for_time:
                return add_asking_for_time(c, f);
            case removal::dooming: {
                reclaimed& to = add("leaves gc-del", 'c', c, f).collections[c].files[f];
                to.has_doomed = 1;
                to.at = removal::looking;
                return;
            }
            case removal::looking:
                return add_looking(c, f);
            case removal::sending: {
                reclaimed& to = add("sends the removal", 'c', c, f).collections[c].files[f];
                to.is_sent = !in_.follow.fence || to.time == window::open;
                to.at = removal::taking_back_doom;
                return;
            }
            case removal::taking_back_doom:
                add_waiting_for_answer(c, f);
                return;
            case removal::pardoning:
                return add_pardoning(c, f);
            default:
                return;
        }
    }

    void add_copying(int c, int f) {
        if (!from_.files[f].is_there) {
            add("finds that it is gone", 'c', c, f).collections[c].files[f].at = removal::pardoning;
            return;
        }
        state& to = add("copies to the trash", 'c', c, f);
        to.files[f].is_in_trash = in_.with_trash && !is_link(f);
        to.collections[c].files[f].at = removal::asking_for_time;
    }

    void add_asking_for_time(int c, int f) {
        if (from_.collections[c].is_given_up && in_.follow.end_when_given_up) return;  // it fails
        reclaimed& to = add("asks for the time", 'c', c, f).collections[c].files[f];
        to.time = window::open;
        to.at = removal::dooming;
    }

    void add_looking(int c, int f) {
        bool is_wanted = false;
        for (const push& one : from_.pushes) is_wanted = is_wanted || one.files[f].has_mark;
        if (!is_wanted || !in_.follow.look_for_wanted) {
            add("finds no gc-keep", 'c', c, f).collections[c].files[f].at = removal::sending;
            return;
        }
        state& to = add("finds gc-keep", 'c', c, f);
        to.collections[c].files[f].at = removal::taking_back_doom;
        if (!in_.follow.pardon_nobody_else)
            for (push& one : to.pushes) one.files[f].has_mark = 0;
    }

    void add_waiting_for_answer(int c, int f) {
        const reclaimed& self = from_.collections[c].files[f];
        const bool waits = self.is_sent || (self.is_repeated && in_.follow.wait_for_repeated);
        if (!waits) return add_taking_back_doom(c, f);
        if (self.is_sent && !self.is_repeated)
            add("sends the removal again", 'c', c, f).collections[c].files[f].is_repeated = 1;
    }

    void add_taking_back_doom(int c, int f) {
        state& to = add("takes back gc-del", 'c', c, f);
        to.collections[c].files[f].at = removal::pardoning;
        for (int other = 0; other < in_.collections; ++other)
            if (other == c || !in_.follow.own_marks) to.collections[other].files[f].has_doomed = 0;
    }

    void add_pardoning(int c, int f) {
        state& to = add("takes back gc-cond", 'c', c, f);
        to.collections[c].files[f].at = removal::done;
        for (int other = 0; other < in_.collections; ++other)
            if (other == c || !in_.follow.own_marks) to.collections[other].files[f].has_condemned = 0;
    }

    // The fence. What was sent takes effect whether its sender lives or not.
    void add_of_store(int c, int f) {
        const reclaimed& one = from_.collections[c].files[f];
        if (one.is_sent) {
            state& to = add("the store removes", 'c', c, f);
            to.files[f].is_there = 0;
            to.collections[c].files[f].is_sent = 0;
        }
        if (one.is_repeated) {
            state& to = add("the store removes, as it was told first", 'c', c, f);
            to.files[f].is_there = 0;
            to.collections[c].files[f].is_repeated = 0;
        }
        if (one.time != window::open) return;
        const bool refuses = (one.is_sent || one.is_repeated) && in_.follow.fence;
        reclaimed& to = add(refuses ? "the store refuses to remove, too late" : "thirty seconds are over", 'c', c, f)
                            .collections[c]
                            .files[f];
        to.time = window::over;
        if (refuses) to.is_sent = to.is_repeated = 0;
    }

    // Whoever has been stopped, or is dead. It looks at the time by which it is given up when it asks for that from
    // which its thirty seconds count, and five minutes lie between the last moment at which it goes on and the first at
    // which others give it up: so what it has begun is over then.
    void add_giving_up(int c) {
        for (const reclaimed& one : from_.collections[c].files)
            if (in_.follow.end_when_given_up && (one.time == window::open || one.is_sent || one.is_repeated)) return;
        add("is without a word so long that others give it up", 'c', c).collections[c].is_given_up = 1;
    }

    // After an error. Until all its marks are taken back, or others clear them, they lie there.
    void add_failing(int c) {
        collection& to = add("fails", 'c', c).collections[c];
        to.at = stage::reclaiming;
        for (int f = 0; f < files(); ++f) {
            if (!is_in_round(to, f) || to.files[f].at == removal::done) continue;
            to.files[f].at = to.files[f].has_doomed ? removal::taking_back_doom : removal::pardoning;
        }
    }

    // Pushes: a client that has the layer, registry/manifest_store, and registry/keeper for a file.

    void add_push(int p) {
        const push& self = from_.pushes[p];
        const auto does = [&](std::string_view what) -> push& { return add(what, 'p', p).pushes[p]; };
        switch (self.at) {
            case phase::asking:
                if (from_.files[layer()].is_there)
                    does("is told that the layer is there").at = phase::declaring;
                else
                    does("is told that the layer is not there").at = phase::uploading;
                break;
            // Whether the upload leaves marks makes no difference: the manifest comes later, and looks again.
            case phase::uploading: {
                state& to = add("uploads the layer", 'p', p);
                to.files[layer()].is_there = 1;
                to.pushes[p].at = phase::declaring;
                break;
            }
            case phase::declaring: {
                push& to = does("declares its intent");
                to.has_intent = in_.follow.declare_intents;
                to.at = phase::keeping;
                for (int f = 0; f < files(); ++f)
                    to.files[f].at = is_bytes_of_manifest(f) ? keeping::putting : keeping::listing;
                break;
            }
            case phase::keeping:
                add_keeping(p);
                break;
            case phase::linking:
                add_linking(p);
                break;
            case phase::tagging: {
                push& to = does("tags the manifest");
                to.has_link = 1;
                to.at = phase::withdrawing;
                break;
            }
            case phase::withdrawing: {
                push& to = does("withdraws its intent");
                to.has_intent = 0;
                to.at = phase::ended;
                break;
            }
            case phase::ended:
                if (self.has_link) does("its manifest, or the tag, is deleted").has_link = 0;
                break;
        }
        if (self.has_intent && !self.is_late) add_day(p);
    }

    // It looks how much time has passed before it writes a link, and one that was sent is there within minutes or
    // never: its signature sees to that.
    void add_day(int p) {
        push& to = add("has left its intent for a day", 'p', p).pushes[p];
        to.is_late = 1;
        if (in_.follow.end_late_pushes) to.at = phase::ended;
    }

    void add_keeping(int p) {
        const std::size_t before = into_.size();
        for (int f = 0; f < files(); ++f) add_keeping(p, f);
        for (std::size_t i = before; i < into_.size(); ++i)
            into_[i].to.pushes[p].at = phase_after(into_[i].to.pushes[p]);
    }
    phase phase_after(const push& self) const {
        bool is_refused = false;
        for (int f = 0; f < files(); ++f) {
            if (self.files[f].at < keeping::kept) return phase::keeping;
            is_refused = is_refused || self.files[f].at == keeping::missing;
        }
        return is_refused ? phase::withdrawing : phase::linking;
    }

    void add_keeping(int p, int f) {
        const wanted& self = from_.pushes[p].files[f];
        const auto does = [&](std::string_view what) -> wanted& { return add(what, 'p', p, f).pushes[p].files[f]; };
        switch (self.at) {
            case keeping::putting: {
                state& to = add("puts the bytes", 'p', p, f);
                to.files[f].is_there = 1;
                to.pushes[p].files[f].at = keeping::listing;
                break;
            }
            case keeping::listing:
                if (!has_mark_of_collection(f) || !in_.follow.leave_wanted_marks)
                    add_listed(p, f, "lists");
                else
                    does("finds a collection's mark").at = keeping::marking;
                break;
            case keeping::marking: {
                wanted& to = does("leaves gc-keep");
                to.has_mark = 1;
                for (int c = 0; c < in_.collections; ++c)
                    if (from_.collections[c].at != stage::beginning) to.is_after |= 1 << c;
                to.at = keeping::listing_again;
                break;
            }
            case keeping::listing_again:
                add_listed(p, f, "lists again");
                break;
            // The code waits until the last deadline of those gc-del that are there still.
            case keeping::waiting:
                for (int c = 0; c < in_.collections; ++c) {
                    const reclaimed& other = from_.collections[c].files[f];
                    if (!(self.waits_for >> c & 1) || (other.has_doomed && other.time == window::open)) continue;
                    wanted& to = does("knows that a removal is over");
                    to.waits_for &= ~(1 << c);
                    if (to.waits_for == 0) to.at = keeping::listing_at_last;
                }
                break;
            case keeping::listing_at_last:
                add_listed(p, f, "lists at last");
                break;
            case keeping::restoring:
                add_restoring(p, f);
                break;
            case keeping::kept:
            case keeping::missing:
                break;
        }
    }
    bool has_mark_of_collection(int f) const {
        for (const collection& one : from_.collections)
            if (one.files[f].has_condemned || one.files[f].has_doomed) return true;
        return false;
    }

    void add_listed(int p, int f, std::string_view what) {
        const bool is_last = from_.pushes[p].files[f].at == keeping::listing_at_last;
        wanted& to = add(what, 'p', p, f).pushes[p].files[f];
        to.at = from_.files[f].is_there ? keeping::kept : keeping::restoring;
        if (is_last || !in_.follow.wait_for_removals) return;
        for (int c = 0; c < in_.collections; ++c)
            if (from_.collections[c].files[f].has_doomed) to.waits_for |= 1 << c;
        if (to.waits_for != 0) to.at = keeping::waiting;
    }

    void add_restoring(int p, int f) {
        // A push writes its manifest's bytes and link itself.
        if (!is_link(f) && !is_bytes_of_manifest(f) && !from_.files[f].is_in_trash) {
            add("finds it neither there nor in the trash", 'p', p, f).pushes[p].files[f].at = keeping::missing;
            return;
        }
        state& to = add(is_link(f) ? "will link it" : "brings it back", 'p', p, f);
        if (!is_link(f)) to.files[f].is_there = 1;
        to.pushes[p].files[f].at = keeping::kept;
    }

    void add_linking(int p) {
        state& to = add("links its manifest", 'p', p);
        if (is_untagged())
            to.files[0].is_there = 1;
        else
            to.pushes[p].has_link = 1;
        to.pushes[p].at = is_untagged() ? phase::tagging : phase::withdrawing;
    }

    const scene& in_;
    const state& from_;
    std::vector<move>& into_;
};

/// What nobody will look at any more is as if it had never been: many states are one then.
void forget(const scene& in, state& at) {
    unsigned running = 0;
    bool is_to_clear = false, is_to_look = false, is_to_restore = false;
    for (int c = 0; c < in.collections; ++c) {
        collection& one = at.collections[c];
        if (one.at == stage::registering || one.is_registered()) running |= 1U << c;
        is_to_clear = is_to_clear || one.at <= stage::clearing;
        is_to_look = is_to_look || one.at != stage::ended;
        if (one.at == stage::ended) one.is_given_up = one.round = one.read = 0;
        for (reclaimed& file : one.files) {
            const bool may_go = file.at < removal::taking_back_doom && file.at >= removal::dooming;
            if (!may_go && !file.has_doomed && !file.is_sent && !file.is_repeated) file.time = window::not_yet;
            if (one.at == stage::ended) file.at = removal::untouched;
        }
    }
    for (int p = 0; p < in.pushes; ++p) {
        push& one = at.pushes[p];
        is_to_restore = is_to_restore || one.at <= phase::keeping;
        if (one.is_late && one.at == phase::ended) one.is_late = one.has_intent = 0;
        for (wanted& file : one.files) {
            if (file.at >= keeping::kept) file.waits_for = 0;
            if (one.at > phase::keeping) file.at = keeping::putting;
            if (!is_to_look) file.has_mark = 0;
            file.is_after = file.has_mark && is_to_clear ? file.is_after & running : 0;
        }
    }
    if (is_to_restore) return;
    for (file& one : at.files) one.is_in_trash = 0;
}

std::vector<move> next(const scene& in, const state& from) {
    std::vector<move> all;
    next_steps{in, from, all};
    for (move& one : all) forget(in, one.to);
    return all;
}

state beginning(const scene& in) {
    state first{};
    for (int f = 0; f < (in.what == garbage::layer ? 1 : 2); ++f) first.files[f].is_there = 1;
    return first;
}

// The promise.
bool is_lost(const scene& in, const state& at) {
    const bool is_visible = at.pushes[0].has_link || at.pushes[1].has_link;
    if (in.what == garbage::layer) return is_visible && !at.files[0].is_there;
    if (in.what == garbage::layer_and_manifest) return is_visible && !(at.files[0].is_there && at.files[1].is_there);
    const bool is_linked = at.files[0].is_there;
    return (is_visible && !is_linked) || (is_linked && !at.files[1].is_there);
}

std::string in_words(const scene& in, const step& made) {
    std::string text;
    if (made.whose == 'c') text = "collection " + std::to_string(made.number) + ": ";
    if (made.whose == 'p') text = "push " + std::to_string(made.number) + ": ";
    text += made.what;
    if (made.file < 0 || in.what == garbage::layer) return text;
    const bool is_untagged = in.what == garbage::untagged_manifest;
    return text + (made.file == (is_untagged ? 1 : 0) ? " (layer)" : is_untagged ? " (link)" : " (manifest)");
}

template <class Wanted>
finding look(const scene& in, const Wanted& is_wanted) {
    assert(in.collections <= most_collections && in.pushes <= most_pushes);
    search<state> all{beginning(in)};
    std::vector<move> moves;
    const bool found = all.run(is_wanted, [&](const state& from, const auto& add) {
        moves.clear();
        next_steps{in, from, moves};
        for (move& one : moves) {
            forget(in, one.to);
            add(one.to);
        }
    });
    finding result{all.size(), {}};
    if (!found) return result;
    const auto way = all.way();
    for (std::size_t i = 0; i + 1 < way.size(); ++i)
        for (const move& one : next(in, way[i]))
            if (is_same(one.to, way[i + 1])) {
                result.way.push_back(in_words(in, one.made));
                break;
            }
    return result;
}

}  // namespace

finding look_for_loss(const scene& in) {
    return look(in, [&](const state& at) { return is_lost(in, at); });
}

finding look_for_step(const scene& in, std::string_view described) {
    return look(in, [&](const state& at) {
        for (const move& one : next(in, at))
            if (one.made.what == described) return true;
        return false;
    });
}

bool leads_to_loss(const scene& in, const std::vector<std::string>& way) {
    state at = beginning(in);
    for (const std::string& wanted : way) {
        const auto moves = next(in, at);
        const auto made =
            std::ranges::find_if(moves, [&](const move& one) { return in_words(in, one.made) == wanted; });
        if (made == moves.end()) return false;
        at = made->to;
    }
    return is_lost(in, at);
}

}  // namespace berth::model
