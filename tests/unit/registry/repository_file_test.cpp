#include "registry/repository_file.hpp"

#include <gtest/gtest.h>

namespace berth::registry {

namespace layout = storage::layout;
using kind = repository_file::kind;

namespace {

const oci::repository_name repo = *oci::repository_name::parse("team/net");
const oci::digest digest = oci::digest::of("x"), subject = oci::digest::of("y", hash_function::sha512);
const oci::tag latest = *oci::tag::parse("latest");

kind kind_of(const storage::path& file) {
    const auto read = repository_file::parse(file);
    EXPECT_TRUE(read) << file;
    EXPECT_EQ(read->repository, repo);
    return read->what;
}

TEST(repository_file, is_told_by_its_path) {
    const std::pair<storage::path, kind> links[] = {
        {layout::layer_link(repo, digest), kind::layer_link},
        {layout::revision_link(repo, digest), kind::revision_link},
        {layout::tag_index_link(repo, latest, digest), kind::tag_history},
        {layout::referrer_link(repo, subject, digest), kind::referrer_link}};
    for (const auto& [file, what] : links) {
        EXPECT_EQ(kind_of(file), what) << file;
        EXPECT_EQ(repository_file::parse(file)->digest, digest) << file;
    }
    EXPECT_EQ(kind_of(layout::tag_current_link(repo, latest)), kind::tag_link);
    EXPECT_EQ(repository_file::parse(layout::tag_current_link(repo, latest))->tag, latest);
    EXPECT_EQ(kind_of(layout::upload_data(repo, "a")), kind::upload);
    EXPECT_EQ(kind_of(layout::revision(repo, digest) + "/gc-keep-a"), kind::mark);
}

TEST(repository_file, of_another_shape_is_unknown) {
    for (const storage::path& file :
         {layout::layer_link(repo, digest) + "/x", layout::layer_link(repo, digest) + "/",
          layout::repository(repo) + "/_layers/sha256/x/link", layout::repository(repo) + "/_other/x",
          layout::tags(repo) + "/latest/current", layout::tags(repo) + "/-/x/link",
          layout::revision(repo, digest) + "/README", layout::repository(repo) + "/_manifests"})
        EXPECT_EQ(kind_of(file), kind::unknown) << file;
}

TEST(repository_file, may_be_of_no_repository) {
    for (const storage::path& file :
         {layout::blob_data(digest), layout::repositories() + "/a", layout::repositories() + "/A/_layers/x",
          layout::repositories() + "/_layers/x", storage::path{"/x"}})
        EXPECT_FALSE(repository_file::parse(file)) << file;
}

}  // namespace
}  // namespace berth::registry
