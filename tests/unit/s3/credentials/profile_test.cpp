#include "s3/credentials/profile.hpp"

#include "support/run.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace berth::s3 {
namespace {

class profile : public testing::Test {
protected:
    void write(const std::string& file, const std::string& text) { std::ofstream{file} << text; }

    test::temporary_directory folder;
    profile_place place{.credentials_file = (folder.path() / "credentials").string(),
                        .config_file = (folder.path() / "config").string()};
};

TEST_F(profile, is_the_section_of_its_name_without_comments_and_nested_settings) {
    const auto found = parse_section(
        "[other]\nregion = x\n[ mine ]\r\n# aws = 1\n; b = 2\nRegion=eu-west-1\ns3 =\n  max_queue = 4\nlast = "
        "a=b\n[end]\nq = 1\n",
        "mine");
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, (std::map<std::string, std::string>{{"region", "eu-west-1"}, {"s3", ""}, {"last", "a=b"}}));
    EXPECT_FALSE(parse_section("[other]\n", "mine"));
    EXPECT_TRUE(parse_section("[mine]\n", "mine"));
}

TEST_F(profile, gives_the_keys_of_the_credentials_file) {
    write(place.credentials_file,
          "[default]\naws_access_key_id = AKIA\naws_secret_access_key = a/b+c=\naws_session_token = t\n");
    const auto answer = read_profile(place);
    ASSERT_TRUE(answer.keys);
    EXPECT_EQ(answer.keys->access_key, "AKIA");
    EXPECT_EQ(answer.keys->secret_key, "a/b+c=");
    EXPECT_EQ(answer.keys->session_token, "t");
}

TEST_F(profile, is_looked_for_in_the_config_file_too_where_other_names_have_a_word_before_them) {
    write(place.config_file,
          "[default]\nregion = r\n[profile work]\naws_access_key_id = AKIW\naws_secret_access_key = s\n");
    place.profile = "work";
    ASSERT_TRUE(read_profile(place).keys);
    EXPECT_EQ(read_profile(place).keys->access_key, "AKIW");
}

TEST_F(profile, that_nobody_has_set_up_is_an_ordinary_absence) {
    EXPECT_FALSE(read_profile(place).keys);
    EXPECT_FALSE(read_profile(place).broken);
    write(place.config_file, "[default]\nregion = eu-west-1\n");
    EXPECT_FALSE(read_profile(place).keys);
    EXPECT_FALSE(read_profile(place).broken);
}

TEST_F(profile, that_was_named_but_is_not_there_is_an_error) {
    place.profile = "work";
    place.profile_named = true;
    const auto answer = read_profile(place);
    EXPECT_TRUE(answer.broken);
    EXPECT_NE(answer.why_none.find("work"), std::string::npos);
}

TEST_F(profile, in_a_file_that_was_named_but_cannot_be_read_is_an_error) {
    place.credentials_file_named = true;
    EXPECT_TRUE(read_profile(place).broken);
    EXPECT_NE(read_profile(place).why_none.find(place.credentials_file), std::string::npos);
}

TEST_F(profile, with_half_of_its_keys_is_an_error) {
    write(place.credentials_file, "[default]\naws_access_key_id = AKIA\n");
    EXPECT_TRUE(read_profile(place).broken);
}

TEST_F(profile, that_only_says_how_to_get_keys_is_refused_by_name) {
    for (const char* way : {"role_arn", "credential_process", "sso_session", "sso_start_url"}) {
        write(place.config_file, std::string{"[default]\n"} + way + " = something\n");
        const auto answer = read_profile(place);
        EXPECT_TRUE(answer.broken) << way;
        EXPECT_NE(answer.why_none.find(way), std::string::npos);
    }
}

TEST_F(profile, is_read_again_each_time) {
    profile_source source{place};
    EXPECT_FALSE(test::run(source.fetch()));
    write(place.credentials_file, "[default]\naws_access_key_id = one\naws_secret_access_key = s\n");
    EXPECT_EQ((*test::run(source.fetch()))->keys.access_key, "one");
    write(place.credentials_file, "[default]\naws_access_key_id = two\naws_secret_access_key = s\n");
    EXPECT_EQ((*test::run(source.fetch()))->keys.access_key, "two");
}

}  // namespace
}  // namespace berth::s3
