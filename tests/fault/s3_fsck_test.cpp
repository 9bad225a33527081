// Who checks a store that fails says that it could not, and neither that all is sound nor that something is gone.
#include "fault/s3_fixture.hpp"
#include "registry/fsck.hpp"
#include "support/artifact.hpp"

namespace berth::registry {

namespace layout = storage::layout;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::tag latest = *oci::tag::parse("latest");

class s3_fsck : public storage::s3_fault_test {
protected:
    void store(const storage::path& file, const std::string& content) { server.put_object(file.substr(1), content); }

    // A tagged manifest, the blob it needs, and one in the trash.
    void fill() {
        const auto empty = oci::digest::of("{}");
        store(layout::blob_data(empty), "{}");
        store(layout::layer_link(repo, empty), empty.str());
        const std::string manifest = test::artifact(oci::digest::of("nothing"), "a/thing");
        const auto digest = oci::digest::of(manifest);
        store(layout::blob_data(digest), manifest);
        store(layout::revision_link(repo, digest), digest.str());
        store(layout::tag_current_link(repo, latest), digest.str());
        store(layout::trashed_blob(oci::digest::of("old")), "old");
    }

    // What was found, or nothing when it could not be found out.
    std::optional<std::vector<fsck::finding>> look(bool repair) {
        std::vector<fsck::finding> found;
        fsck one{driver,
                 {.deep = true, .repair = repair, .on_finding = [&](const fsck::finding& f) { found.push_back(f); }}};
        try {
            loop.run(one.check());
        } catch (const storage::error&) {
            return std::nullopt;
        }
        return found;
    }
};

TEST_F(s3_fsck, that_cannot_read_something_says_so) {
    fill();
    for (const char* operation : {"ListObjectsV2", "GetObject"})
        fail_from_each(operation, [&] {
            const auto found = look(false);
            if (found) {
                EXPECT_TRUE(found->empty()) << found->front().text;
            }
            return found.has_value();
        });
}

TEST_F(s3_fsck, that_cannot_ask_again_does_not_call_gone_what_it_has_not_seen) {
    fill();
    server.remove_object(layout::blob_data(oci::digest::of("{}")).substr(1));
    for (const char* operation : {"ListObjectsV2", "GetObject", "HeadObject"})
        fail_from_each(operation, [&] {
            const auto found = look(false);
            if (found) {
                EXPECT_EQ(found->size(), 1u);
                EXPECT_EQ(found->front().kind, "missing-blob");
            }
            return found.has_value();
        });
}

TEST_F(s3_fsck, that_cannot_repair_something_says_so_and_can_be_run_again) {
    fill();
    const auto link = layout::layer_link(repo, oci::digest::of("{}"));
    server.remove_object(link.substr(1));
    fail_from_each("PutObject", [&] { return look(true).has_value(); });
    const auto found = look(true);
    ASSERT_TRUE(found.has_value());
    EXPECT_TRUE(found->empty());
    EXPECT_TRUE(server.find_object(link.substr(1)));
}

}  // namespace

}  // namespace berth::registry
