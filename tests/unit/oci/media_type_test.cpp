#include "oci/media_type.hpp"

#include <gtest/gtest.h>

namespace berth::oci::media_type {
namespace {

TEST(media_type, knows_the_four_manifests) {
    for (const std::string_view type : {oci_manifest, oci_index, docker_manifest, docker_manifest_list})
        EXPECT_TRUE(is_manifest(type)) << type;
    for (const std::string_view type : {docker_schema1, docker_schema1_signed, octet_stream, std::string_view{}})
        EXPECT_FALSE(is_manifest(type)) << type;
}

TEST(media_type, tells_indexes_from_images) {
    EXPECT_TRUE(is_index(oci_index));
    EXPECT_TRUE(is_index(docker_manifest_list));
    EXPECT_FALSE(is_index(oci_manifest));
    EXPECT_FALSE(is_index(docker_manifest));
}

TEST(media_type, knows_layers_whose_bytes_may_be_elsewhere) {
    EXPECT_TRUE(is_non_distributable("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"));
    EXPECT_TRUE(is_non_distributable("application/vnd.oci.image.layer.nondistributable.v1.tar"));
    EXPECT_TRUE(is_non_distributable("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd"));
    EXPECT_FALSE(is_non_distributable("application/vnd.oci.image.layer.v1.tar+gzip"));
    EXPECT_FALSE(is_non_distributable("application/vnd.docker.image.rootfs.diff.tar.gzip"));
}

TEST(media_type, drops_parameters_and_blanks) {
    EXPECT_EQ(without_parameters("application/json; charset=utf-8"), "application/json");
    EXPECT_EQ(without_parameters(" application/json\t;x"), "application/json");
    EXPECT_EQ(without_parameters("application/json"), "application/json");
    EXPECT_EQ(without_parameters(" ; x"), "");
    EXPECT_EQ(without_parameters(""), "");
}

}  // namespace
}  // namespace berth::oci::media_type
