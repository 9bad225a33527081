#include "registry/manifest_graph.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace berth::registry {
namespace {

oci::digest named(const std::string& name) {
    return oci::digest::of(name);
}

class manifest_graph_test : public testing::Test {
protected:
    manifest_graph graph;

    void add(const std::string& name, std::initializer_list<std::string> lists = {}, const std::string& subject = {}) {
        manifest_graph::manifest what;
        for (const std::string& child : lists) what.refers_to.manifests.push_back(named(child));
        if (!subject.empty()) what.refers_to.subject = named(subject);
        graph.add(named(name), what);
    }
    std::set<oci::digest> kept() const {
        std::set<oci::digest> found;
        for (const auto& [digest, manifest] : graph.manifests())
            if (manifest.is_kept) found.insert(digest);
        return found;
    }
    static std::set<oci::digest> all_of(std::initializer_list<std::string> names) {
        std::set<oci::digest> digests;
        for (const std::string& name : names) digests.insert(named(name));
        return digests;
    }
};

TEST_F(manifest_graph_test, keeps_what_an_index_lists_however_deep) {
    add("top", {"middle", "image"});
    add("middle", {"bottom"});
    add("bottom");
    add("image");
    add("other");
    graph.keep(named("top"));
    EXPECT_EQ(kept(), all_of({"top", "middle", "bottom", "image"}));
}

TEST_F(manifest_graph_test, keeps_referrers_of_what_is_kept_and_theirs) {
    add("image");
    add("sbom", {}, "image");
    add("signature", {}, "sbom");
    add("bundle", {"listed"}, "image");
    add("listed");
    graph.keep(named("image"));
    EXPECT_EQ(kept(), all_of({"image", "sbom", "signature", "bundle", "listed"}));
}

TEST_F(manifest_graph_test, keeps_no_subject_for_its_referrer) {
    add("image");
    add("sbom", {}, "image");
    graph.keep(named("sbom"));
    EXPECT_EQ(kept(), all_of({"sbom"}));
}

TEST_F(manifest_graph_test, keeps_no_index_for_what_it_lists) {
    add("index", {"image"});
    add("image");
    graph.keep(named("image"));
    EXPECT_EQ(kept(), all_of({"image"}));
}

TEST_F(manifest_graph_test, comes_to_an_end_on_manifests_that_go_round) {
    add("a", {"b"}, "b");
    add("b", {"a"}, "a");
    graph.keep(named("a"));
    EXPECT_EQ(kept(), all_of({"a", "b"}));
}

TEST_F(manifest_graph_test, passes_over_what_is_not_here) {
    add("index", {"elsewhere"});
    graph.keep(named("index"));
    graph.keep(named("nowhere"));
    EXPECT_EQ(kept(), all_of({"index"}));
}

TEST_F(manifest_graph_test, keeps_all_when_told_to) {
    add("a");
    add("b", {}, "c");
    graph.keep_all();
    EXPECT_EQ(kept(), all_of({"a", "b"}));
}

}  // namespace
}  // namespace berth::registry
