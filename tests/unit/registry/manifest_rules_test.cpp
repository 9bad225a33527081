#include "registry/manifest_rules.hpp"

#include "oci/media_type.hpp"

#include <gtest/gtest.h>

namespace berth::registry {
namespace {

const std::string layer_type = "application/vnd.oci.image.layer.v1.tar+gzip";
const std::string foreign_type = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

oci::descriptor blob(std::string type, std::vector<std::string> urls) {
    return {std::move(type), oci::digest::of("x"), 1, std::move(urls)};
}

bool accepts(const manifest_rules& rules, std::vector<std::string> urls, std::string type = layer_type) {
    oci::manifest image;
    image.layers = {blob(layer_type, {}), blob(std::move(type), std::move(urls))};
    return !rules.broken_by(image);
}

manifest_rules with(const std::vector<std::string>& allow, const std::vector<std::string>& deny) {
    return manifest_rules{{.allow = *patterns::compile(allow), .deny = *patterns::compile(deny)}};
}

TEST(manifest_rules, allow_no_address_unless_told) {
    const manifest_rules rules;
    EXPECT_TRUE(accepts(rules, {}));
    EXPECT_FALSE(accepts(rules, {"https://example.com/x"}));
    EXPECT_FALSE(accepts(rules, {"https://example.com/x"}, foreign_type));
    EXPECT_TRUE(accepts(manifest_rules{{.check_urls = false}}, {"https://example.com/x"}));
}

TEST(manifest_rules, name_the_layer_that_breaks_them) {
    oci::manifest image;
    image.layers = {blob(layer_type, {}), blob(layer_type, {"https://example.com/x"})};
    const auto broken = manifest_rules{}.broken_by(image);
    ASSERT_TRUE(broken);
    EXPECT_EQ(broken->code, oci::errc::manifest_invalid);
    EXPECT_TRUE(broken->message.starts_with("invalid URL on layer: layers[1] ")) << broken->message;
    image.layers.clear();
    image.config = blob(foreign_type, {"https://example.com/x"});
    EXPECT_TRUE(manifest_rules{}.broken_by(image));
}

TEST(manifest_rules, want_each_address_to_be_allowed_and_none_denied) {
    const manifest_rules both = with({"^https://a\\.example/", "^https://b\\.example/"}, {"secret"});
    EXPECT_TRUE(accepts(both, {"https://a.example/x", "https://b.example/x"}));
    EXPECT_FALSE(accepts(both, {"https://a.example/x", "https://c.example/x"}));
    EXPECT_FALSE(accepts(both, {"https://a.example/secret"}));
    const manifest_rules only_denied = with({}, {"^https://c\\.example/"});
    EXPECT_TRUE(accepts(only_denied, {"https://a.example/x"}));
    EXPECT_FALSE(accepts(only_denied, {"https://c.example/x"}));
}

TEST(manifest_rules, look_at_layers_alone) {
    EXPECT_TRUE(accepts({}, {"https://example.com/x"}, "application/vnd.example.thing"));
}

TEST(manifest_rules, let_only_what_may_not_be_distributed_lie_elsewhere) {
    const manifest_rules rules;
    EXPECT_FALSE(rules.must_be_there(blob(foreign_type, {"https://example.com/x"})));
    EXPECT_TRUE(rules.must_be_there(blob(foreign_type, {})));
    EXPECT_TRUE(rules.must_be_there(blob(layer_type, {"https://example.com/x"})));
}

TEST(manifest_rules, let_only_the_classes_in_that_are_named) {
    const auto image = [](std::string_view type, std::string_view config) {
        oci::manifest made;
        made.media_type = type;
        made.config = blob(std::string{config}, {});
        return made;
    };
    namespace type = oci::media_type;
    const auto docker_image = image(type::docker_manifest, type::docker_image_config);
    const auto oci_image = image(type::oci_manifest, type::oci_image_config);
    const auto plugin = image(type::docker_manifest, type::docker_plugin_config);
    const auto artifact = image(type::oci_manifest, "application/vnd.example.config");
    oci::manifest index;
    index.media_type = type::oci_index;
    const manifest_rules images{{.classes = {"image"}}}, both{{.classes = {"image", "plugin"}}};
    for (const oci::manifest& allowed : {docker_image, oci_image, index}) EXPECT_FALSE(images.broken_by(allowed));
    for (const auto* denied : {&plugin, &artifact}) {
        ASSERT_TRUE(images.broken_by(*denied));
        EXPECT_EQ(images.broken_by(*denied)->code, oci::errc::denied);
        EXPECT_FALSE(manifest_rules{}.broken_by(*denied)) << "without classes all may be pushed";
    }
    EXPECT_FALSE(both.broken_by(plugin));
    EXPECT_TRUE(both.broken_by(artifact));
}

TEST(manifest_rules, say_which_manifests_of_an_index_must_be_there) {
    using enum manifest_rules::children;
    const auto made_for = [](std::optional<oci::platform> platform) {
        oci::descriptor child = blob("application/vnd.oci.image.manifest.v1+json", {});
        child.made_for = std::move(platform);
        return child;
    };
    const auto amd64 = made_for(oci::platform{"linux", "amd64"}), none_said = made_for(std::nullopt);
    EXPECT_TRUE(manifest_rules{}.must_child_be_there(none_said));
    EXPECT_FALSE(manifest_rules{{.required = none}}.must_child_be_there(amd64));
    const manifest_rules listed{{.required = of_platforms, .platforms = {{"linux", "amd64"}, {"linux", "arm"}}}};
    EXPECT_TRUE(listed.must_child_be_there(amd64));
    EXPECT_TRUE(listed.must_child_be_there(made_for(oci::platform{"linux", "arm", "v7"})));
    EXPECT_FALSE(listed.must_child_be_there(made_for(oci::platform{"windows", "amd64"})));
    EXPECT_FALSE(listed.must_child_be_there(made_for(oci::platform{"linux", "s390x"})));
    EXPECT_FALSE(listed.must_child_be_there(none_said));
}

}  // namespace
}  // namespace berth::registry
