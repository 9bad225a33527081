// A blob's way in, from the registry's uploads to the bucket.
#include "async/for_each.hpp"
#include "fault/s3_fixture.hpp"
#include "registry/upload_store.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace berth::registry {
namespace {

namespace fault = test::fault;
using storage::mebibyte;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

const oci::repository_name repo = *oci::repository_name::parse("team/net");

/// docker's way: the digest is known at the end. containerd's: a PUT has the digest and all bytes.
enum class way { digest_last, digest_first };

awaitable<std::string> begin(upload_store& at) {
    auto held = co_await at.start(repo, hash_function::sha256);
    co_return (*held)->name.uuid;
}

awaitable<oci::outcome<void>> take(upload_store& by, std::string uuid, std::string bytes) {
    auto held = co_await by.borrow(repo, uuid);
    if (!held) co_return held.error();
    async::string_source body{std::move(bytes)};
    co_return co_await by.append(*held, body, std::nullopt);
}

awaitable<oci::outcome<blob>> end(upload_store& at, std::string uuid, oci::digest digest) {
    auto held = co_await at.borrow(repo, uuid);
    if (!held) co_return held.error();
    async::string_source nothing{""};
    co_return co_await at.finish(std::move(*held), digest, nothing, 0);
}

awaitable<oci::outcome<blob>> push_whole(upload_store& to, std::string bytes, oci::digest digest) {
    auto held = co_await to.start_whole(repo, hash_function::sha256);
    const std::size_t size_bytes = bytes.size();
    async::string_source body{std::move(bytes)};
    co_return co_await to.finish(std::move(*held), digest, body, size_bytes);
}

awaitable<oci::outcome<blob>> push_in_steps(upload_store& to, std::string bytes, oci::digest digest) {
    const std::string uuid = co_await begin(to);
    const auto taken = co_await take(to, uuid, std::move(bytes));
    if (!taken) co_return taken.error();
    co_return co_await end(to, uuid, digest);
}

awaitable<oci::outcome<blob>> push(upload_store& to, std::string bytes, oci::digest digest, way how) {
    return how == way::digest_first ? push_whole(to, std::move(bytes), digest)
                                    : push_in_steps(to, std::move(bytes), digest);
}

class s3_push : public storage::s3_fault_test {
protected:
    s3_push() {
        loop.run(driver.find("/seen", 10));  // so that no question is whether there is a bucket at all
        server.clear_requests();
    }

    /// True when the client would have seen 201; false for 503.
    bool push_once(way how) {
        try {
            return loop.run(push(uploads, content, digest, how)).has_value();
        } catch (const storage::error&) {
            return false;
        }
    }

    std::map<std::string, std::size_t> requests_by_kind() const {
        std::map<std::string, std::size_t> kinds;
        for (const auto& request : server.requests()) ++kinds[request.operation];
        return kinds;
    }

    static std::string key_of(const storage::path& file) { return file.substr(1); }

    const std::string content = storage::pattern(12 * mebibyte + 345);  // three parts
    const oci::digest digest = oci::digest::of(content);
    const std::string data_key = key_of(storage::layout::blob_data(digest));
    const std::string link_key = key_of(storage::layout::layer_link(repo, digest));
    blob_store blobs{driver, nullptr};
    upload_store uploads{driver, blobs, {}};
};

TEST_F(s3_push, of_a_small_blob_makes_few_requests) {
    const std::string first(1000, 'a'), last(1000, 'b');
    EXPECT_TRUE(loop.run(push(uploads, first, oci::digest::of(first), way::digest_first)).has_value());
    EXPECT_THAT(requests_by_kind(), ElementsAre(Pair("HeadObject", 1), Pair("ListObjectsV2", 1), Pair("PutObject", 2)));
    server.clear_requests();
    EXPECT_TRUE(loop.run(push(uploads, last, oci::digest::of(last), way::digest_last)).has_value());
    EXPECT_THAT(requests_by_kind(), ElementsAre(Pair("DeleteObject", 1), Pair("DeleteObjects", 1),
                                                Pair("HeadObject", 1), Pair("ListObjectsV2", 5), Pair("PutObject", 5)));
}

TEST_F(s3_push, whose_digest_comes_last_is_staged_and_copied) {
    EXPECT_TRUE(push_once(way::digest_last));
    EXPECT_THAT(requests_by_kind(),
                ElementsAre(Pair("CompleteMultipartUpload", 1), Pair("CopyObject", 1), Pair("CreateMultipartUpload", 1),
                            Pair("DeleteObject", 2), Pair("DeleteObjects", 1), Pair("HeadObject", 1),
                            Pair("ListObjectsV2", 5), Pair("PutObject", 4), Pair("UploadPart", 3)));
    EXPECT_THAT(server.keys(), UnorderedElementsAre(data_key, link_key));
    EXPECT_TRUE(server.find_object(data_key)->bytes == content);
}

TEST_F(s3_push, whose_digest_comes_first_is_stored_once) {
    EXPECT_TRUE(push_once(way::digest_first));
    EXPECT_THAT(requests_by_kind(),
                ElementsAre(Pair("CompleteMultipartUpload", 1), Pair("CreateMultipartUpload", 1), Pair("HeadObject", 1),
                            Pair("ListObjectsV2", 1), Pair("PutObject", 1), Pair("UploadPart", 3)));
    EXPECT_THAT(server.keys(), UnorderedElementsAre(data_key, link_key));
    EXPECT_TRUE(server.find_object(data_key)->bytes == content);
}

TEST_F(s3_push, row_26_that_ends_with_a_full_part_sends_no_empty_one) {
    const std::string two_parts = storage::pattern(10 * mebibyte);
    EXPECT_TRUE(loop.run(push(uploads, two_parts, oci::digest::of(two_parts), way::digest_first)).has_value());
    EXPECT_EQ(server.count("UploadPart"), 2u);
}

TEST_F(s3_push, whose_chunk_fills_its_last_part_sends_that_once) {
    const std::string two_parts = storage::pattern(10 * mebibyte);
    EXPECT_TRUE(loop.run(push(uploads, two_parts, oci::digest::of(two_parts), way::digest_last)).has_value());
    EXPECT_EQ(server.count("UploadPart"), 2u);
    constexpr std::size_t begun = 1, state = 1, link = 1;
    EXPECT_EQ(server.count("PutObject"), begun + state + link);
}

TEST_F(s3_push, of_what_is_stored_already_stores_nothing) {
    server.put_object(data_key, content);
    EXPECT_TRUE(push_once(way::digest_first));
    EXPECT_THAT(requests_by_kind(), ElementsAre(Pair("HeadObject", 2), Pair("ListObjectsV2", 1), Pair("PutObject", 1)));

    server.clear_requests();
    EXPECT_TRUE(push_once(way::digest_last));
    EXPECT_EQ(server.count("CompleteMultipartUpload"), 0u);
    EXPECT_EQ(server.count("AbortMultipartUpload"), 1u);
    EXPECT_THAT(server.keys(), UnorderedElementsAre(data_key, link_key));
    EXPECT_THAT(server.open_uploads(), IsEmpty());
}

TEST_F(s3_push, row_23_of_the_wrong_bytes_leaves_nothing_and_shows_nothing_meanwhile) {
    for (const way how : {way::digest_last, way::digest_first}) {
        const auto result = loop.run(push(uploads, content, oci::digest::of("other bytes"), how));
        EXPECT_EQ(result.error().code, oci::errc::digest_invalid);
        EXPECT_THAT(server.keys(), IsEmpty());
        EXPECT_THAT(server.open_uploads(), IsEmpty());
        EXPECT_EQ(server.count("CopyObject"), 0u);
        EXPECT_EQ(server.count("CompleteMultipartUpload"), 0u);
    }
}

TEST_F(s3_push, that_is_given_up_leaves_nothing) {
    auto give_up = [](upload_store& by, std::string uuid) -> awaitable<void> {
        auto held = co_await by.borrow(repo, uuid);
        co_await by.cancel(std::move(*held));
    };
    const std::string uuid = loop.run(begin(uploads));
    EXPECT_TRUE(loop.run(take(uploads, uuid, content)).has_value());
    EXPECT_EQ(server.open_uploads().size(), 1u);
    loop.run(give_up(uploads, uuid));
    EXPECT_THAT(server.keys(), IsEmpty());
    EXPECT_THAT(server.open_uploads(), IsEmpty());
}

TEST_F(s3_push, that_pauses_holds_no_memory_and_goes_on) {
    const auto later = std::chrono::steady_clock::now() + std::chrono::minutes{1};
    const std::string uuid = loop.run(begin(uploads));
    // Within the first part, within a later one, and before the end.
    for (const std::size_t first : {std::size_t{0}, 1 * mebibyte, 7 * mebibyte}) {
        const std::size_t size = first == 0 ? mebibyte : first == mebibyte ? 6 * mebibyte : std::string::npos;
        EXPECT_TRUE(loop.run(take(uploads, uuid, content.substr(first, size))).has_value());
        EXPECT_NE(driver.memory().used_bytes(), 0u);
        uploads.forget_idle(later);
        EXPECT_EQ(driver.memory().used_bytes(), 0u);
    }
    EXPECT_TRUE(loop.run(end(uploads, uuid, digest)).has_value());
    EXPECT_TRUE(server.find_object(data_key)->bytes == content);
    EXPECT_THAT(server.keys(), UnorderedElementsAre(data_key, link_key));
    EXPECT_THAT(server.open_uploads(), IsEmpty());
}

// Two nodes with parts of different sizes, and a third that ends it.
TEST_F(s3_push, moves_from_node_to_node_whatever_their_parts) {
    storage::s3_options larger = storage::options_for(server);
    larger.write.parts.first_bytes = 7 * mebibyte;
    storage::s3_driver other_driver{larger}, third_driver{storage::options_for(server)};
    upload_store other{other_driver, blobs, {}}, third{third_driver, blobs, {}};
    const std::string uuid = loop.run(begin(uploads));
    std::size_t at = 0;
    // Rests of one byte, of nearly a part of the larger kind, and of none.
    for (const std::size_t size : {std::size_t{1}, 5 * mebibyte - 1, std::size_t{1}, 6 * mebibyte + 7, 2 * mebibyte}) {
        upload_store& node = at % 2 == 0 ? uploads : other;
        EXPECT_TRUE(loop.run(take(node, uuid, content.substr(at, size))).has_value()) << at;
        at += std::min(size, content.size() - at);
    }
    ASSERT_EQ(at, content.size());
    EXPECT_TRUE(loop.run(end(third, uuid, digest)).has_value());
    EXPECT_TRUE(server.find_object(data_key)->bytes == content);
    EXPECT_THAT(server.keys(), UnorderedElementsAre(data_key, link_key));
    EXPECT_THAT(server.open_uploads(), IsEmpty());
}

// A lifecycle rule, or an operator, has aborted it.
TEST_F(s3_push, row_13_whose_parts_were_removed_is_unknown) {
    const std::string uuid = loop.run(begin(uploads));
    EXPECT_TRUE(loop.run(take(uploads, uuid, content)).has_value());
    s3::client s3{storage::options_for(server).client};
    for (const auto& [key, id] : server.open_uploads()) loop.run(s3.abort_multipart(key, id));
    EXPECT_EQ(loop.run(end(uploads, uuid, digest)).error().code, oci::errc::blob_upload_unknown);
    EXPECT_EQ(loop.run(take(uploads, uuid, content)).error().code, oci::errc::blob_upload_unknown);
    EXPECT_THAT(server.object_size(data_key), testing::Eq(std::nullopt));
}

// A part of another request came late.
TEST_F(s3_push, row_14_whose_part_was_written_over_is_unknown_and_never_a_wrong_blob) {
    const std::string uuid = loop.run(begin(uploads));
    EXPECT_TRUE(loop.run(take(uploads, uuid, content)).has_value());
    s3::client s3{storage::options_for(server).client};
    const std::string other_bytes(5 * mebibyte, 'x');
    for (const auto& [key, id] : server.open_uploads()) loop.run(s3.upload_part(key, id, 1, other_bytes));
    EXPECT_EQ(loop.run(end(uploads, uuid, digest)).error().code, oci::errc::blob_upload_unknown);
    EXPECT_THAT(server.object_size(data_key), testing::Eq(std::nullopt));
}

// A node dies before or after any of its requests, and the client goes on at another one.
class s3_push_with_a_dying_node : public s3_push, public testing::WithParamInterface<bool> {
protected:
    struct progress {
        std::uint64_t acknowledged = 0;
        bool ended = false;
    };

    // What the client has been told before the node died.
    progress push_until_death(upload_store& node, const std::string& uuid) {
        progress made;
        try {
            for (const std::size_t size : {7 * mebibyte, content.size() - 7 * mebibyte}) {
                const auto taken = loop.run(take(node, uuid, content.substr(made.acknowledged, size)));
                if (!taken) return made;
                made.acknowledged += size;
            }
            made.ended = loop.run(end(node, uuid, digest)).has_value();
        } catch (const storage::error&) {
        }
        return made;
    }

    // From the request after `skip` on nothing is done; that one may be done, and is not answered.
    void let_die(unsigned skip, bool last_is_done) {
        server.clear_faults();
        if (last_is_done) server.add_fault({.skip = skip, .what = fault::broken_answer{}});
        server.add_fault(
            {.skip = last_is_done ? 0 : skip, .times = fault::always, .what = fault::answer{403, "AccessDenied"}});
    }
};

TEST_P(s3_push_with_a_dying_node, row_15_row_16_goes_on_at_another_one) {
    std::size_t nameless = 0;  // that no state names: a node purges them
    bool died = true;
    for (unsigned skip = 0; died; ++skip) {
        SCOPED_TRACE(skip);
        server.clear_faults();
        for (const std::string& key : server.keys()) server.remove_object(key);
        upload_store first{driver, blobs, {}}, second{driver, blobs, {}};
        const std::string uuid = loop.run(begin(first));
        server.clear_requests();
        let_die(skip, GetParam());
        const progress made = push_until_death(first, uuid);
        died = std::ranges::any_of(server.requests(), [](const auto& r) { return r.status == 403 || r.status == 0; });

        server.clear_faults();
        const auto offset = loop.run(second.offset(repo, uuid));
        if (offset && *offset == 0) nameless = server.open_uploads().size();
        if (offset) {
            ASSERT_GE(*offset, made.acknowledged);
            EXPECT_TRUE(loop.run(take(second, uuid, content.substr(*offset))).has_value());
            EXPECT_TRUE(loop.run(end(second, uuid, digest)).has_value());
        }
        EXPECT_TRUE(loop.run(blobs.stat(repo, digest)).has_value());
        EXPECT_TRUE(server.find_object(data_key) && server.find_object(data_key)->bytes == content);
        EXPECT_THAT(server.keys(), UnorderedElementsAre(data_key, link_key));
        EXPECT_LE(server.open_uploads().size(), nameless);
    }
}

INSTANTIATE_TEST_SUITE_P(last_request, s3_push_with_a_dying_node, testing::Bool(),
                         [](const auto& of) { return of.param ? "done" : "not_done"; });

// What one broken request may do to a push.
class s3_push_with_one_fault : public s3_push, public testing::WithParamInterface<way> {
protected:
    void sweep(const fault::action& what, const std::function<void(bool, const std::string&)>& check) {
        bool hit = true;
        for (unsigned skip = 0; hit; ++skip) {
            server.clear_faults();
            server.clear_requests();
            for (const std::string& key : server.keys()) server.remove_object(key);
            server.add_fault({.skip = skip, .what = what});
            const bool pushed = push_once(GetParam());
            const auto requests = server.requests();
            // Those that go side by side are logged in any order: the status tells which one it was.
            const auto is_broken = [](const auto& r) { return r.status == 0 || r.status == 403 || r.status == 503; };
            const auto found = std::ranges::find_if(requests, is_broken);
            hit = found != requests.end();
            const std::string broken = hit ? found->operation : "nothing";
            if (pushed) {
                EXPECT_TRUE(server.find_object(data_key) && server.find_object(data_key)->bytes == content) << broken;
                EXPECT_TRUE(server.find_object(link_key)) << broken;
            } else if (broken != "ListObjectsV2") {  // which goes beside the link
                EXPECT_FALSE(server.find_object(link_key)) << broken;
            }
            // Also after a failure: what stands there was verified.
            if (const auto data = server.find_object(data_key)) {
                EXPECT_TRUE(data->bytes == content) << broken;
            }
            check(pushed, broken);
        }
    }

    std::vector<std::string> staged_keys() const {
        auto keys = server.keys();
        std::erase_if(keys, [](const std::string& key) { return key.find("/_uploads/") == std::string::npos; });
        return keys;
    }
};

TEST_P(s3_push_with_one_fault, that_passes_succeeds) {
    sweep(fault::answer{503, "SlowDown"}, [this](bool pushed, const std::string& broken) {
        EXPECT_TRUE(pushed) << broken;
        EXPECT_THAT(staged_keys(), IsEmpty()) << broken;
        EXPECT_THAT(server.open_uploads(), IsEmpty()) << broken;
    });
}

TEST_P(s3_push_with_one_fault, whose_answer_is_lost_succeeds) {
    std::size_t left_before = 0;
    sweep(fault::broken_answer{}, [&](bool pushed, const std::string& broken) {
        EXPECT_TRUE(pushed) << broken;
        EXPECT_THAT(staged_keys(), IsEmpty()) << broken;
        // Nobody knows the id of an upload whose beginning was not answered: a lifecycle rule removes it.
        left_before += broken == "CreateMultipartUpload" ? 1 : 0;
        EXPECT_EQ(server.open_uploads().size(), left_before) << broken;
    });
}

TEST_P(s3_push_with_one_fault, that_stays_is_a_failure_after_which_the_client_goes_on_or_nothing_is_left) {
    const std::set<std::string> tidying{"DeleteObject", "DeleteObjects", "AbortMultipartUpload", "ListObjectsV2"};
    sweep(fault::answer{403, "AccessDenied"}, [&](bool pushed, const std::string& broken) {
        SCOPED_TRACE(broken);
        const auto staged = staged_keys();
        if (pushed) {
            EXPECT_TRUE(staged.empty() || tidying.contains(broken));
        } else if (!staged.empty()) {
            EXPECT_EQ(GetParam(), way::digest_last);
            server.clear_faults();
            const auto begin_of_uuid = staged.front().find("/_uploads/") + 10;
            const std::string uuid = staged.front().substr(begin_of_uuid, 36);
            const auto offset = loop.run(uploads.offset(repo, uuid));
            ASSERT_TRUE(offset.has_value());
            EXPECT_TRUE(loop.run(take(uploads, uuid, content.substr(*offset))).has_value());
            EXPECT_TRUE(loop.run(end(uploads, uuid, digest)).has_value());
            EXPECT_THAT(server.keys(), UnorderedElementsAre(data_key, link_key));
        }
        if (GetParam() == way::digest_first) {
            EXPECT_THAT(server.open_uploads(), IsEmpty());
        }
    });
}

INSTANTIATE_TEST_SUITE_P(digest, s3_push_with_one_fault, testing::Values(way::digest_last, way::digest_first),
                         [](const auto& of) { return of.param == way::digest_last ? "last" : "first"; });

// At a thousandth of the real sizes: S3's parts begin at 5 KiB, and the budget holds 128 KiB.
class s3_push_in_small : public testing::Test {
protected:
    static constexpr std::size_t kibibyte = 1024;

    static storage::s3_options options_for(const test::fake_s3& at) {
        storage::s3_options options = storage::options_for(at);
        options.memory_budget_bytes = 128 * kibibyte;
        options.write.parts = {.first_bytes = 8 * kibibyte, .most_bytes = 32 * kibibyte};
        return options;
    }

    test::fake_s3 server{{.min_part_bytes = 5 * kibibyte}};
    storage::event_loop loop;
    storage::s3_driver driver{options_for(server)};
    blob_store blobs{driver, nullptr};
    upload_store uploads{driver, blobs, {}};
};

TEST_F(s3_push_in_small, row_25_of_60_mebibytes_needs_growing_parts_as_60_gibibytes_do) {
    const std::string layer = storage::pattern(60 * mebibyte);
    const oci::digest digest = oci::digest::of(layer);
    EXPECT_TRUE(loop.run(push(uploads, layer, digest, way::digest_first)).has_value());
    const auto stored = server.find_object(storage::layout::blob_data(digest).substr(1));
    EXPECT_TRUE(stored && stored->bytes == layer);
    EXPECT_EQ(server.count("UploadPart"), 1000u + 1000u + 1170u);
    EXPECT_LE(driver.memory().peak_bytes(), 128 * kibibyte);
}

TEST_F(s3_push_in_small, two_hundred_at_once_stay_within_the_budget_and_all_finish) {
    struct layer {
        std::string bytes;
        bool pushed = false;
    };
    std::vector<layer> layers(200);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        layers[i].bytes = storage::pattern(100 * kibibyte);
        layers[i].bytes.replace(0, 4, std::to_string(1000 + i));
    }
    auto push_one = [](upload_store& to, layer& what) -> awaitable<void> {
        const way how = what.bytes[3] % 2 == 0 ? way::digest_first : way::digest_last;
        const auto result = co_await push(to, what.bytes, oci::digest::of(what.bytes), how);
        what.pushed = result.has_value();
    };
    auto push_all = [&](upload_store& to) -> awaitable<void> {
        co_await async::for_each(layers, layers.size(), [&](layer& what) { return push_one(to, what); });
    };
    loop.run(push_all(uploads));
    EXPECT_TRUE(std::ranges::all_of(layers, &layer::pushed));
    EXPECT_LE(driver.memory().peak_bytes(), 128 * kibibyte);
    EXPECT_EQ(driver.memory().used_bytes(), 0u);
    EXPECT_THAT(server.open_uploads(), IsEmpty());
}

}  // namespace
}  // namespace berth::registry
