#include "storage/layout.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace berth::storage {
namespace {

const std::string hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const oci::digest empty = oci::digest::of("");
const oci::repository_name ubuntu = *oci::repository_name::parse("library/ubuntu");
const oci::tag latest = *oci::tag::parse("latest");

TEST(layout, puts_a_blob_below_its_first_two_digits) {
    EXPECT_EQ(layout::blob_data(empty), "/docker/registry/v2/blobs/sha256/e3/" + hex + "/data");
}

TEST(layout, names_the_algorithm_of_a_sha512_digest) {
    const auto digest = oci::digest::from_hex(hash_function::sha512, std::string(128, 'a'));
    EXPECT_EQ(layout::blob_data(digest), "/docker/registry/v2/blobs/sha512/aa/" + digest.hex() + "/data");
}

TEST(layout, gives_each_component_of_a_name_a_folder) {
    EXPECT_EQ(layout::repository(ubuntu), "/docker/registry/v2/repositories/library/ubuntu");
}

TEST(layout, links_lie_where_registry_2_puts_them) {
    const std::string folder = "/docker/registry/v2/repositories/library/ubuntu";
    EXPECT_EQ(layout::layer_link(ubuntu, empty), folder + "/_layers/sha256/" + hex + "/link");
    EXPECT_EQ(layout::revisions(ubuntu), folder + "/_manifests/revisions");
    EXPECT_EQ(layout::revision_link(ubuntu, empty), folder + "/_manifests/revisions/sha256/" + hex + "/link");
    EXPECT_EQ(layout::tags(ubuntu), folder + "/_manifests/tags");
    EXPECT_EQ(layout::tag_current_link(ubuntu, latest), folder + "/_manifests/tags/latest/current/link");
    EXPECT_EQ(layout::tag_index_link(ubuntu, latest, empty),
              folder + "/_manifests/tags/latest/index/sha256/" + hex + "/link");
}

TEST(layout, referrers_lie_in_a_folder_that_registry_2_passes_over) {
    const auto subject = oci::digest::from_hex(hash_function::sha512, std::string(128, 'a'));
    const std::string folder = "/docker/registry/v2/repositories/library/ubuntu/_referrers/sha512/" + subject.hex();
    EXPECT_EQ(layout::referrers(ubuntu, subject), folder);
    EXPECT_EQ(layout::referrer_link(ubuntu, subject, empty), folder + "/sha256/" + hex + "/link");
}

TEST(layout, states_of_uploads_are_read_as_they_are_written) {
    const std::string uuid = "3f2b7a54-0d6e-4c1a-9f3e-5a1c2b3d4e5f";
    const std::string folder = layout::upload(ubuntu, uuid) + "/";
    const layout::upload_state_name last{12, std::numeric_limits<std::uint64_t>::max(), uuid};
    const std::string name = layout::upload_state(ubuntu, uuid, last).substr(folder.size());
    EXPECT_EQ(name, "state-12-18446744073709551615-" + uuid);
    const auto read = layout::parse_upload_state(name);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->generation, last.generation);
    EXPECT_EQ(read->offset, last.offset);
    EXPECT_EQ(read->id, uuid);
    for (const std::string& other :
         {std::string{"state-12-5"}, std::string{"state-12-5-x"}, "state--5-" + uuid, "state-012-5-" + uuid,
          "state-1-+5-" + uuid, "state-1-18446744073709551616-" + uuid, "rest-" + uuid})
        EXPECT_FALSE(layout::parse_upload_state(other)) << other;
    EXPECT_EQ(layout::parse_upload_rest(layout::upload_rest(ubuntu, uuid, uuid).substr(folder.size())), uuid);
    EXPECT_FALSE(layout::parse_upload_rest("rest-x"));
    for (const std::string& ours : {name, "rest-" + uuid, std::string{"data"}, std::string{"startedat"}})
        EXPECT_TRUE(layout::is_of_upload(ours)) << ours;
    EXPECT_FALSE(layout::is_of_upload("hashstates"));
}

TEST(layout, uploads_lie_where_registry_2_puts_them) {
    const std::string uuid = "3f2b7a54-0d6e-4c1a-9f3e-5a1c2b3d4e5f";
    const std::string folder = "/docker/registry/v2/repositories/library/ubuntu/_uploads/" + uuid;
    EXPECT_EQ(layout::upload(ubuntu, uuid), folder);
    EXPECT_EQ(layout::upload_data(ubuntu, uuid), folder + "/data");
    EXPECT_EQ(layout::upload_started_at(ubuntu, uuid), folder + "/startedat");
}

TEST(layout, knows_the_files_that_a_push_writes) {
    const std::string uuid = "3f2b7a54-0d6e-4c1a-9f3e-5a1c2b3d4e5f";
    const auto upload = layout::parse_pushed_file(layout::upload_data(ubuntu, uuid));
    ASSERT_TRUE(upload);
    EXPECT_EQ(upload->uuid, uuid);
    EXPECT_EQ(upload->repository, ubuntu);
    EXPECT_FALSE(upload->blob);
    const auto blob = layout::parse_pushed_file(layout::blob_data(empty));
    ASSERT_TRUE(blob);
    EXPECT_EQ(blob->blob, empty);
    const std::string root{layout::root};
    for (const std::string& other :
         {root, root + "/data", layout::upload_started_at(ubuntu, uuid), layout::upload(ubuntu, uuid),
          layout::repository(ubuntu) + "/" + uuid + "/data", layout::uploads(ubuntu) + "/data",
          layout::uploads(ubuntu) + "/x/data", layout::repositories() + "/_uploads/" + uuid + "/data",
          layout::repositories() + "/Odd/_uploads/" + uuid + "/data", layout::blobs() + "/sha256/e3/" + hex,
          layout::blobs() + "/sha256/00/" + hex + "/data", layout::blobs() + "/sha256/e3/xyz/data",
          layout::upload_purge_lease(), std::string{}})
        EXPECT_FALSE(layout::parse_pushed_file(other)) << other;
}

TEST(layout, reads_a_link) {
    EXPECT_EQ(*layout::parse_link("sha256:" + hex), empty);
}

TEST(layout, tolerates_blanks_around_a_link) {
    EXPECT_EQ(*layout::parse_link(" sha256:" + hex + "\r\n"), empty);
}

TEST(layout, refuses_what_is_no_link) {
    for (const std::string& bad : {std::string{}, std::string{"\n"}, std::string{"sha256:"}, "sha256:" + hex + "0",
                                   "sha256: " + hex, hex, "sha256:" + hex + "\n" + hex})
        EXPECT_FALSE(layout::parse_link(bad)) << bad;
}

TEST(layout, a_link_fits_into_what_readers_allow) {
    const auto longest = oci::digest::from_hex(hash_function::sha512, std::string(128, 'a'));
    EXPECT_LT(longest.str().size(), layout::max_link_bytes);
}

}  // namespace
}  // namespace berth::storage
