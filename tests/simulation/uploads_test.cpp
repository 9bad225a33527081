// Uploads that several nodes work on, whatever the order of events and whoever dies: what a client was told is there,
// one of two chunks for the same place counts, and no blob has other bytes than its digest says.
#include "base/log.hpp"
#include "registry/upload_store.hpp"
#include "simulation/search.hpp"

#include <gtest/gtest.h>

#include <list>

namespace berth::registry {

namespace layout = storage::layout;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");

struct node {
    node(storage::driver& to, upload_guards guards)
        : driver{to}, blobs{driver, nullptr}, uploads{driver, blobs, {.moving = guards}} {}

    storage::driver& driver;
    blob_store blobs;
    upload_store uploads;
};

struct setting {
    int clients = 1;  ///< That send different bytes to the same upload.
    bool may_crash = false;
    upload_guards guards{};
};

class world {
public:
    world(const setting& how, std::uint64_t seed)
        : world{how, test::simulation::options{.seed = seed, .may_crash = how.may_crash, .page_size = 1000}} {}
    world(const setting& how, test::plan planned)
        : world{how, test::simulation::options{.planned = std::move(planned), .page_size = 1000}} {}

    std::optional<std::string> play() {
        auto wrong = sim_.run([this] { return look(); });
        if (!wrong) wrong = judge();
        if (!wrong) return std::nullopt;
        return *wrong + "\n" + sim_.course();
    }
    const std::vector<test::simulation::choice>& choices() const { return sim_.choices(); }

private:
    /// One that sends its chunks, each to the next node, and goes on where the upload stands when it has no answer.
    struct client {
        std::vector<std::string> chunks;
        std::size_t node = 0;          ///< That it asks next.
        std::uint64_t told_bytes = 0;  ///< That it may count on.
        bool is_sure = true;           ///< That what is there is its own.
        bool is_done = false, has_given_up = false;

        std::string all() const { return chunks[0] + chunks[1]; }
    };

    world(const setting& how, test::simulation::options options) : how_{how}, sim_{std::move(options)} {
        for (int i = 0; i < 2; ++i) nodes_.push_back(std::make_unique<node>(sim_.add_process(), how.guards));
        sim_.put(layout::upload_started_at(repo, uuid_), "2026-01-01T00:00:00Z");
        for (int i = 0; i < how.clients; ++i) {
            const std::string mine(1, static_cast<char>('a' + i));
            clients_.push_back({{mine + "1", mine + "22"}, static_cast<std::size_t>(i)});
            sim_.start(nodes_[static_cast<std::size_t>(i)]->driver, work(clients_.back()));
        }
    }

    awaitable<void> work(client& c) {
        for (int attempt = 0; attempt < 6 && !c.is_done && !c.has_given_up; ++attempt) {
            try {
                co_await go_on(c);
            } catch (const std::exception&) {  // the node has died, or says 5xx
                lose(c);
            }
            c.node = (c.node + 1) % nodes_.size();
        }
    }

    awaitable<void> go_on(client& c) {
        upload_store& uploads = nodes_[c.node]->uploads;
        const auto stands = co_await uploads.offset(repo, uuid_);
        if (!stands) {
            // Ended by this client's own PUT, whose answer was lost, or by the other client's.
            c.is_done = sim_.has(layout::blob_data(oci::digest::of(c.all())));
            c.has_given_up = !c.is_done;
            co_return;
        }
        if (*stands < c.told_bytes) broken_ = "an upload stands before what a client was told";
        if (*stands != c.told_bytes) lose(c);
        c.told_bytes = *stands;
        if (*stands < c.all().size()) co_return co_await send(c, uploads, *stands);
        co_await end(c, uploads);
    }

    awaitable<void> send(client& c, upload_store& uploads, std::uint64_t from) {
        auto held = co_await uploads.borrow(repo, uuid_);
        if (!held || (*held)->state.offset != from) co_return lose(c);
        const std::string rest = c.all().substr(from);
        async::string_source body{rest.substr(0, from == 0 ? c.chunks[0].size() : rest.size())};
        const auto sent = co_await uploads.append(*held, body, std::nullopt);
        if (!sent) co_return lose(c);
        c.told_bytes = (*held)->state.offset;
        if (++accepted_[from] > 1) broken_ = "two chunks for the same place were accepted";
    }
    // Another client, if there is one, may have been quicker.
    void lose(client& c) const {
        if (how_.clients > 1) c.is_sure = false;
    }

    awaitable<void> end(client& c, upload_store& uploads) {
        auto held = co_await uploads.borrow(repo, uuid_);
        if (!held) co_return;
        async::string_source nothing{""};
        const auto digest = oci::digest::of(c.all());
        const auto stored = co_await uploads.finish(std::move(*held), digest, nothing, 0);
        c.is_done = stored.has_value();
        if (c.is_done && !(sim_.has(layout::blob_data(digest)) && sim_.has(layout::layer_link(repo, digest))))
            broken_ = "an upload was ended, and its blob is not there";
        const bool was_other = !stored && stored.error().code == oci::errc::digest_invalid;
        if (was_other && c.is_sure) broken_ = "the bytes of who was told of each chunk are not those";
        if (was_other) c.has_given_up = true;
    }

    std::optional<std::string> look() const {
        for (const client& c : clients_) {
            const std::string* bytes = sim_.content(layout::blob_data(oci::digest::of(c.all())));
            if (bytes && *bytes != c.all()) return std::string{"a blob has other bytes than its digest says"};
        }
        return broken_;
    }

    std::optional<std::string> judge() const {
        const bool is_done = std::ranges::any_of(clients_, &client::is_done);
        if (how_.clients == 1 && !is_done) return std::string{"the client could not end its upload"};
        if (how_.clients == 1 && !how_.may_crash)
            for (const storage::path& file : sim_.files())
                if (file.find("/_uploads/") != file.npos) return "left behind: " + file;
        return std::nullopt;
    }

    const setting how_;
    const std::string uuid_ = "3f2b7a54-0d6e-4c1a-9f3e-5a1c2b3d4e5f";
    std::optional<std::string> broken_;
    std::map<std::uint64_t, int> accepted_;  // chunks, by where they begin
    // These outlive the coroutines that use them, which the simulation holds.
    std::list<client> clients_;
    std::vector<std::unique_ptr<node>> nodes_;
    test::simulation sim_;
};

class simulated_uploads : public testing::Test {
protected:
    simulated_uploads() { log::set_threshold(log::level::error); }

    static test::search_result in_depth(const setting& how, std::size_t changes) {
        return test::search_in_depth<world>(how, {.processes = 2, .changes = changes, .may_crash = how.may_crash});
    }
    static void expect_sound(const setting& how, std::uint64_t courses, std::size_t changes) {
        const auto some = test::search_by_chance<world>(how, courses), all = in_depth(how, changes);
        EXPECT_FALSE(some.wrong) << *some.wrong;
        EXPECT_FALSE(all.wrong) << *all.wrong;
        std::printf("%zu courses by chance, %zu in depth\n", some.courses, all.courses);
    }
    static void expect_violation(const setting& how, const std::string& what) {
        const auto all = in_depth(how, 3);
        ASSERT_TRUE(all.wrong) << "nothing was found in " << all.courses << " courses";
        EXPECT_NE(all.wrong->find(what), std::string::npos) << *all.wrong;
        std::printf("%s\n", all.wrong->substr(0, all.wrong->find('\n')).c_str());
    }
};

TEST_F(simulated_uploads, go_on_at_another_node_when_one_dies_anywhere) {
    expect_sound({.may_crash = true}, 1000, 2);
}

TEST_F(simulated_uploads, take_one_of_two_chunks_for_the_same_place) {
    expect_sound({.clients = 2}, 3000, 3);
}

TEST_F(simulated_uploads, take_one_of_two_chunks_though_a_node_dies) {
    expect_sound({.clients = 2, .may_crash = true}, 3000, 2);
}

TEST_F(simulated_uploads, need_to_look_for_others) {
    expect_violation({.clients = 2, .guards = {.look_for_others = false}}, "two chunks for the same place");
}

TEST_F(simulated_uploads, need_to_look_where_they_began) {
    expect_violation({.clients = 2, .guards = {.look_where_it_began = false}}, "two chunks for the same place");
}

}  // namespace

}  // namespace berth::registry
