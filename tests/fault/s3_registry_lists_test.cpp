#include "fault/s3_fixture.hpp"
#include "registry/catalog.hpp"
#include "registry/tag_store.hpp"

#include <algorithm>
#include <set>

namespace berth::registry {
namespace {

using names = std::vector<std::string>;

/// "apps/00042" for 42.
std::string numbered(const std::string& prefix, int i) {
    const std::string digits = std::to_string(i);
    return prefix + std::string(5 - digits.size(), '0') + digits;
}

/// What lists of tags and repositories ask of S3 where there are many.
class s3_registry_lists : public storage::s3_fault_test {
protected:
    void add_repository(const std::string& name) {
        const std::string folder = "docker/registry/v2/repositories/" + name;
        server.put_object(folder + "/_layers/sha256/00/link", "x");
        server.put_object(folder + "/_manifests/revisions/sha256/00/link", "x");
        server.put_object(folder + "/_manifests/tags/latest/current/link", "x");
    }

    void add_tag(const std::string& tag) {
        const std::string folder = "docker/registry/v2/repositories/" + repo.str() + "/_manifests/tags/" + tag;
        server.put_object(folder + "/current/link", "x");
        server.put_object(folder + "/index/sha256/00/link", "x");
    }

    storage::name_page list_repositories(const std::string& last, std::size_t limit) {
        server.clear_requests();
        auto page = loop.run(repositories.list(last, limit));
        EXPECT_EQ(server.requests().size(), lists_asked()) << "nothing but listings";
        return page;
    }

    storage::name_page list_tags(const std::string& last, std::size_t limit) {
        server.clear_requests();
        return loop.run(tags.list(repo, last, limit)).value();
    }

    std::size_t lists_asked() const { return server.count("ListObjectsV2"); }

    const oci::repository_name repo = *oci::repository_name::parse("team/net");
    catalog repositories{driver};
    tag_store tags{driver};
};

TEST_F(s3_registry_lists, a_page_of_the_catalog_costs_a_question_for_each_repository_and_a_few_more) {
    for (int i = 0; i < 10'000; ++i) add_repository(numbered("app-", i));
    // The root, "app" (does it stand before "app-00000"?), and each repository up to the one that says there are more.
    EXPECT_EQ(list_repositories("", 100).names.back(), "app-00099");
    EXPECT_EQ(lists_asked(), 103u);
    EXPECT_EQ(list_repositories("", 1).names, names{"app-00000"});
    EXPECT_EQ(lists_asked(), 4u);
    // What lies below app-05000, then the root.
    const auto middle = list_repositories("app-05000", 100);
    EXPECT_EQ(middle.names.front(), "app-05001");
    EXPECT_EQ(middle.names.back(), "app-05100");
    EXPECT_TRUE(middle.more);
    EXPECT_EQ(lists_asked(), 103u);
    EXPECT_FALSE(list_repositories("app-09899", 100).more);
    EXPECT_EQ(lists_asked(), 102u);
}

TEST_F(s3_registry_lists, a_page_of_a_deep_catalog_costs_a_question_for_each_level_too) {
    for (int i = 0; i < 10'000; ++i) add_repository(numbered("org/team/app", i));
    add_repository("zoo");
    EXPECT_EQ(list_repositories("", 100).names.back(), "org/team/app00099");
    EXPECT_LE(lists_asked(), 101u + 5u);  // the root, zoo beside org, org, org/team
    EXPECT_EQ(list_repositories("org/team/app05000", 100).names.back(), "org/team/app05100");
    EXPECT_EQ(lists_asked(), 103u);
    EXPECT_EQ(list_repositories("org/team/app09999", 100).names, names{"zoo"});
    EXPECT_LE(lists_asked(), 5u);
}

TEST_F(s3_registry_lists, what_lies_beside_a_page_is_not_walked) {
    for (int org = 0; org < 100; ++org)
        for (int i = 0; i < 100; ++i) add_repository(numbered("org", org) + "/" + numbered("app", i));
    EXPECT_EQ(list_repositories("org00050/app00049", 100).names.back(), "org00051/app00049");
    EXPECT_LE(lists_asked(), 101u + 4u + 8u);  // three folders begun in the middle, and a few orgs looked into ahead
}

TEST_F(s3_registry_lists, pages_of_the_catalog_meet_all_ten_thousand_repositories_in_order) {
    // Sorted by their components.
    std::set<names> components;
    for (const char* name : {"app", "app-1", "app.1", "app/x", "app-1/x", "app/x-1/0", "app0", "0/app", "a/p/p"}) {
        names parts;
        for (std::string_view rest{name}; !rest.empty();) {
            parts.emplace_back(rest.substr(0, rest.find('/')));
            rest.remove_prefix(std::min(rest.size(), parts.back().size() + 1));
        }
        components.insert(parts);
    }
    for (int i = 0; components.size() < 10'000; ++i) {
        const std::string n = std::to_string(i);
        components.insert({"app-" + n});
        components.insert({"app", n});
        components.insert({"app." + n, "x"});
        components.insert({"team" + n.substr(0, 2), "app-" + n, "web"});
    }
    names all;
    for (const names& parts : components) {
        std::string name;
        for (const auto& part : parts) name += (name.empty() ? "" : "/") + part;
        server.put_object("docker/registry/v2/repositories/" + name + "/_layers/sha256/00/link", "x");
        all.push_back(std::move(name));
    }
    names seen;
    for (storage::name_page page{{}, true}; page.more && seen.size() < 2 * all.size();) {
        page = list_repositories(seen.empty() ? "" : seen.back(), 997);
        seen.insert(seen.end(), page.names.begin(), page.names.end());
    }
    EXPECT_EQ(seen, all);
}

TEST_F(s3_registry_lists, a_page_of_tags_costs_one_question_and_one_for_each_tag_that_could_hide) {
    for (int i = 0; i < 10'000; ++i) add_tag(numbered("v1.", i));
    EXPECT_EQ(list_tags("", 100).names.back(), "v1.00099");
    EXPECT_EQ(lists_asked(), 2u);  // the page, and "v1"
    EXPECT_EQ(list_tags("v1.04999", 100).names.back(), "v1.05099");
    EXPECT_EQ(lists_asked(), 1u);
    add_tag("v1");
    EXPECT_EQ(list_tags("", 100).names.front(), "v1");
    EXPECT_EQ(lists_asked(), 2u);
}

TEST_F(s3_registry_lists, all_ten_thousand_tags_cost_ten_questions) {
    std::set<std::string> all;
    for (int i = 0; all.size() < 10'000; ++i)
        for (const char* form : {"", "-rc", ".1", "-rc.1", "_x"}) all.insert("v" + std::to_string(i) + form);
    for (const auto& tag : all) add_tag(tag);
    EXPECT_EQ(list_tags("", storage::all_names).names, names(all.begin(), all.end()));
    EXPECT_EQ(lists_asked(), 10u);

    names seen;
    for (storage::name_page page{{}, true}; page.more && seen.size() < 2 * all.size();) {
        page = list_tags(seen.empty() ? "" : seen.back(), 100);
        EXPECT_LE(lists_asked(), 2u + 3u);  // at times "v1", "v1-rc" and the like are asked for
        seen.insert(seen.end(), page.names.begin(), page.names.end());
    }
    EXPECT_EQ(seen, names(all.begin(), all.end()));
}

TEST_F(s3_registry_lists, a_catalog_that_cannot_look_into_a_folder_fails_as_a_whole) {
    for (int i = 0; i < 20; ++i) add_repository(numbered("app", i));
    for (const unsigned skip : {0u, 1u, 5u, 15u}) {
        server.add_fault(
            {.operation = "ListObjectsV2", .skip = skip, .what = storage::fault::answer{403, "AccessDenied"}});
        EXPECT_THROW(loop.run(repositories.list("", 20)), storage::error) << skip;
        server.clear_faults();
    }
    EXPECT_EQ(list_repositories("", 20).names.size(), 20u);
}

}  // namespace
}  // namespace berth::registry
