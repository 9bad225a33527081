#include "s3/md5.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace berth::s3 {
namespace {

TEST(md5, of_a_body_is_base64) {
    EXPECT_EQ(content_md5(""), "1B2M2Y8AsgTpgAmY7PhCfg==");
    EXPECT_EQ(content_md5("hello"), "XUFAKrxLKna5cZ2REBfFkg==");
}

TEST(md5, of_md5s_is_the_etag_of_a_multipart_upload) {
    // printf 'hello' | md5sum; printf 'world' | md5sum; both as bytes | md5sum
    const std::vector<std::string> parts{"\"5d41402abc4b2a76b9719d911017c592\"", "7d793037a0760186574b0282f2f435e7"};
    EXPECT_EQ(multipart_etag(parts), "065947336a2f2a95ba8899f3675c3be6-2");
}

TEST(md5, knows_no_etag_for_parts_whose_etags_are_none) {
    EXPECT_EQ(multipart_etag(std::vector<std::string>{"\"abc\""}), "");
    EXPECT_EQ(multipart_etag(std::vector<std::string>{"zz41402abc4b2a76b9719d911017c592"}), "");
}

}  // namespace
}  // namespace berth::s3
