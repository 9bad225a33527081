// A list of referrers that is short because S3 fails would be a lie: an image without its signatures.
#include "fault/s3_fixture.hpp"
#include "registry/manifest_store.hpp"
#include "registry/referrer_indexer.hpp"
#include "support/artifact.hpp"

#include <set>

namespace berth::registry {

namespace fault = test::fault;
namespace layout = storage::layout;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::digest subject = oci::digest::of("subject");

class referrers_fault_test : public storage::s3_fault_test {
protected:
    referrer_store referrers{driver};
    const std::string bytes = test::artifact(subject, "a/b");
    const oci::digest digest = oci::digest::of(bytes);

    // Writes a file past the driver under test.
    void store(const storage::path& file, const std::string& content) { server.put_object(file.substr(1), content); }
    bool is_stored(const storage::path& file) const { return server.find_object(file.substr(1)).has_value(); }
    void store_manifest(const std::string& manifest) {
        const auto named = oci::digest::of(manifest);
        store(layout::blob_data(named), manifest);
        store(layout::revision_link(repo, named), named.str());
    }
    void break_always(const std::string& operation, const storage::path& file = "/", int status = 500) {
        server.add_fault({.operation = operation,
                          .key_contains = file.substr(1),
                          .times = fault::always,
                          .what = fault::answer{status, status == 403 ? "AccessDenied" : "InternalError"}});
    }
    std::size_t count_listed() {
        const referrer_store::query all;
        return loop.run(referrers.list(repo, subject, all)).entries.size();
    }
};

}  // namespace

TEST_F(referrers_fault_test, no_failure_of_s3_makes_a_list_shorter) {
    const auto tag_link = layout::tag_current_link(repo, oci::referrers_tag(subject));
    const std::string index = test::index_of(digest);
    const auto index_digest = oci::digest::of(index);
    store_manifest(bytes);
    store_manifest(index);
    store(layout::referrer_link(repo, subject, digest), digest.str());
    store(tag_link, index_digest.str());
    ASSERT_EQ(count_listed(), 1u);

    const std::pair<std::string, storage::path> questions[] = {
        {"ListObjectsV2", "/"},
        {"GetObject", tag_link},
        {"HeadObject", layout::revision_link(repo, index_digest)},
        {"GetObject", layout::blob_data(index_digest)},
        {"HeadObject", layout::revision_link(repo, digest)},
        {"GetObject", layout::blob_data(digest)},
    };
    for (const auto& [operation, file] : questions) {
        break_always(operation, file);
        EXPECT_THROW(count_listed(), storage::error) << operation << " " << file;
        server.clear_faults();
        EXPECT_EQ(count_listed(), 1u);
    }
}

TEST_F(referrers_fault_test, one_request_for_each_thing_that_is_asked) {
    store_manifest(bytes);
    store(layout::referrer_link(repo, subject, digest), digest.str());
    server.clear_requests();
    EXPECT_EQ(count_listed(), 1u);
    EXPECT_EQ(server.count("ListObjectsV2"), 2u) << "the algorithms, and the digests of the one there is";
    EXPECT_EQ(server.count("GetObject"), 2u) << "the tag's link, and the manifest";
    EXPECT_EQ(server.count("HeadObject"), 1u) << "the revision's link";

    store(layout::revision_link(repo, oci::digest::of("x")), "x");
    server.clear_requests();
    const referrer_store::query all;
    loop.run(referrers.list(repo, oci::digest::of("x"), all));
    EXPECT_EQ(server.requests().size(), 2u) << "an image without referrers is the usual case";
}

TEST_F(referrers_fault_test, a_page_costs_what_it_shows_however_many_referrers_there_are) {
    for (int i = 0; i < 3000; ++i) {
        const std::string artifact =
            test::artifact(subject, "a/b", R"(,"annotations":{"n":")" + std::to_string(i) + "\"}");
        const auto of = oci::digest::of(artifact);
        server.put_object(layout::blob_data(of).substr(1), artifact);
        server.put_object(layout::revision_link(repo, of).substr(1), of.str());
        server.put_object(layout::referrer_link(repo, subject, of).substr(1), of.str());
    }
    referrer_store::query one;
    one.limit = 1;
    std::set<oci::digest> seen;
    for (int pages = 0; pages < 3; ++pages) {
        server.clear_requests();
        const auto page = loop.run(referrers.list(repo, subject, one));
        EXPECT_LE(server.count("ListObjectsV2"), 4u) << "the algorithms, and 1,001 links at most";
        EXPECT_LE(server.count("GetObject"), 10u) << "the tag's link, and those that were read side by side";
        ASSERT_EQ(page.entries.size(), 1u);
        EXPECT_TRUE(seen.insert(page.entries.front().digest).second);
        one.after = page.next;
    }
    referrer_store::query thousand;
    for (int pages = 0; pages < 3; ++pages) {
        const auto page = loop.run(referrers.list(repo, subject, thousand));
        EXPECT_EQ(page.entries.size(), 1000u);
        for (const auto& entry : page.entries) seen.insert(entry.digest);
        EXPECT_EQ(page.next.empty(), pages == 2);
        thousand.after = page.next;
    }
    EXPECT_EQ(seen.size(), 3000u);
}

TEST_F(referrers_fault_test, a_manifest_whose_referrer_link_cannot_be_written_gets_no_tag) {
    blob_store blobs{driver, nullptr};
    tag_store tags{driver};
    manifest_store manifests{driver, blobs, tags, referrers, {.check_references = false}};
    const auto latest = *oci::tag::parse("latest");
    break_always("PutObject", layout::referrers(repo, subject));
    manifest_store::put_request request{bytes, {}, digest, {latest}};
    EXPECT_THROW(loop.run(manifests.put(repo, std::move(request))), storage::error);
    EXPECT_FALSE(is_stored(layout::tag_current_link(repo, latest)));
}

TEST_F(referrers_fault_test, the_indexer_goes_on_after_a_manifest_that_s3_keeps_back) {
    const std::string secret = test::artifact(subject, "a/secret");
    store_manifest(bytes);
    store_manifest(secret);
    break_always("GetObject", layout::blob_data(oci::digest::of(secret)), 403);
    referrer_indexer indexer{driver, referrers, {}};
    const auto counts = loop.run(indexer.index_all());
    EXPECT_EQ(counts.links, 1u);
    EXPECT_EQ(counts.unreadable, 1u);
    EXPECT_TRUE(is_stored(layout::referrer_link(repo, subject, digest)));
}

TEST_F(referrers_fault_test, the_indexer_stops_where_s3_fails_altogether) {
    store_manifest(bytes);
    for (const char* operation : {"ListObjectsV2", "GetObject", "PutObject"}) {
        break_always(operation);
        referrer_indexer indexer{driver, referrers, {}};
        EXPECT_THROW(loop.run(indexer.index_all()), storage::error) << operation;
        server.clear_faults();
    }
    EXPECT_FALSE(is_stored(layout::referrer_link(repo, subject, digest)));
}

}  // namespace berth::registry
