#include "storage/linked/links.hpp"

#include "storage/memory/memory_driver.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>

namespace berth::storage {
namespace {

using namespace std::chrono_literals;

const path blob = "/docker/registry/v2/blobs/sha256/ab/abcd/data";

std::unique_ptr<driver> with(link_maker links) {
    return std::make_unique<linked_driver>(std::make_unique<memory_driver>(), std::move(links));
}

// A store whose own links are known.
link_maker always(std::string url) {
    return [url](driver&, const path&, std::chrono::seconds) { return std::optional{url}; };
}

TEST(links, of_redirect_are_the_base_and_the_path) {
    for (const char* base : {"https://cdn.example/base", "https://cdn.example/base/"})
        EXPECT_EQ(with(redirect_links(base))->presigned_get(blob, 1min), "https://cdn.example/base" + blob);
    EXPECT_EQ(with(redirect_links("http://cdn.example"))->presigned_get(blob, 1min), "http://cdn.example" + blob);
}

TEST(links, of_rewrite_change_what_they_are_told_of_the_stores_own) {
    const std::string own = "https://bucket.s3.example/prefix/docker/x?X-Amz-Signature=1";
    const auto rewritten = [&](rewriting how) {
        linked_driver made{with(always(own)), rewritten_links(std::move(how))};
        return *made.presigned_get(blob, 1min);
    };
    EXPECT_EQ(rewritten({}), own);
    EXPECT_EQ(rewritten({"http", "cdn.example:81", "/prefix"}), "http://cdn.example:81/docker/x?X-Amz-Signature=1");
    EXPECT_EQ(rewritten({"", "", "/other"}), own);
    EXPECT_FALSE(with(rewritten_links({"http", "h", ""}))->presigned_get(blob, 1min)) << "the store has none";
}

TEST(links, of_cloudfront_are_signed_for_a_time) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_RSA_gen(2048), EVP_PKEY_free};
    const std::unique_ptr<BIO, decltype(&BIO_free)> written{BIO_new(BIO_s_mem()), BIO_free};
    ASSERT_EQ(PEM_write_bio_PrivateKey_traditional(written.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(written.get(), &bytes);
    cloudfront_options options;
    options.base_url = "https://d1.cloudfront.example/";
    options.key_prefix = "some/prefix/";
    options.key_pair_id = "KEYID";
    options.private_key = std::string(bytes, static_cast<std::size_t>(size));
    options.duration = 20min;
    options.clock = [] { return wall_time{1000s}; };
    const std::string url = *with(cloudfront_links(options))->presigned_get(blob, 1min);

    const std::string resource = "https://d1.cloudfront.example/some/prefix" + blob;
    ASSERT_TRUE(url.starts_with(resource + "?Expires=2200&Signature=")) << url;
    ASSERT_TRUE(url.ends_with("&Key-Pair-Id=KEYID")) << url;
    const std::size_t begin = url.find("&Signature=") + 11;
    std::string signature = url.substr(begin, url.find('&', begin) - begin);
    EXPECT_EQ(signature.find_first_of("+/="), std::string::npos);
    std::ranges::replace(signature, '-', '+');
    std::ranges::replace(signature, '_', '=');
    std::ranges::replace(signature, '~', '/');
    std::vector<unsigned char> raw(signature.size());
    ASSERT_GE(EVP_DecodeBlock(raw.data(), reinterpret_cast<const unsigned char*>(signature.data()),
                              static_cast<int>(signature.size())),
              256);
    const std::string policy =
        R"({"Statement":[{"Resource":")" + resource + R"(","Condition":{"DateLessThan":{"AWS:EpochTime":2200}}}]})";
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    ASSERT_EQ(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha1(), nullptr, key.get()), 1);
    EXPECT_EQ(EVP_DigestVerify(context.get(), raw.data(), 256, reinterpret_cast<const unsigned char*>(policy.data()),
                               policy.size()),
              1);
}

TEST(links, of_cloudfront_need_an_rsa_key) {
    for (const std::string pem :
         {"", "no key", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"}) {
        cloudfront_options options;
        options.private_key = pem;
        EXPECT_THROW(cloudfront_links(options), std::invalid_argument);
    }
}

}  // namespace
}  // namespace berth::storage
