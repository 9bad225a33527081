#include "s3/xml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::s3 {
namespace {

using testing::ElementsAre;

TEST(xml, reads_an_error) {
    const auto error = parse_error(R"(<?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>PermanentRedirect</Code><Message>Ask &lt;there&gt;.</Message><Region>eu-west-1</Region></Error>)");
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, "PermanentRedirect");
    EXPECT_EQ(error->message, "Ask <there>.");
    EXPECT_EQ(error->region, "eu-west-1");
}

TEST(xml, sees_no_error_in_other_documents) {
    EXPECT_FALSE(parse_error("<CopyObjectResult><ETag>x</ETag></CopyObjectResult>"));
    EXPECT_FALSE(parse_error(""));
    EXPECT_FALSE(parse_error("<html>502 Bad Gateway"));
    EXPECT_FALSE(parse_error("{\"Error\":1}"));
}

TEST(xml, sees_an_error_behind_the_blanks_of_a_slow_completion) {
    EXPECT_EQ(parse_error("\n  \n <?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code></Error>")->code,
              "InternalError");
}

TEST(xml, follows_no_entity_of_a_dtd) {
    const auto error =
        parse_error("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Error><Code>&e;</Code></Error>");
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, "&e;");
}

TEST(xml, reads_a_page_of_objects) {
    const auto page = parse_object_page(R"(<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <IsTruncated>true</IsTruncated><NextContinuationToken>t&amp;1</NextContinuationToken>
        <Contents><Key>a/b &amp; c</Key><LastModified>2026-11-24T18:00:00.000Z</LastModified>
            <Size>6442450944</Size></Contents>
        <Contents><Key> </Key><LastModified>2026-11-24T18:00:00Z</LastModified><Size>0</Size></Contents>
        <CommonPrefixes><Prefix>a/e/</Prefix></CommonPrefixes></ListBucketResult>)");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->objects.size(), 2u);
    EXPECT_EQ(page->objects[0].key, "a/b & c");
    EXPECT_EQ(page->objects[0].size_bytes, 6442450944u);
    EXPECT_EQ(page->objects[1].key, " ");
    EXPECT_THAT(page->common_prefixes, ElementsAre("a/e/"));
    EXPECT_EQ(page->next_token, "t&1");
}

TEST(xml, takes_no_half_listing_for_a_whole_one) {
    EXPECT_FALSE(parse_object_page("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"));
    EXPECT_FALSE(parse_object_page("<ListBucketResult><IsTruncated>false</IsTruncated>"));
    EXPECT_FALSE(
        parse_upload_page("<ListMultipartUploadsResult><IsTruncated>true</IsTruncated></ListMultipartUploadsResult>"));
    EXPECT_TRUE(parse_object_page("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"));
}

TEST(xml, takes_no_object_without_its_name_size_or_age) {
    const auto page = [](const std::string& key, const std::string& time, const std::string& size) {
        return parse_object_page("<ListBucketResult><Contents><Key>" + key + "</Key><LastModified>" + time +
                                 "</LastModified><Size>" + size + "</Size></Contents></ListBucketResult>");
    };
    EXPECT_TRUE(page("a", "2026-11-24T18:00:00Z", "1"));
    EXPECT_FALSE(page("", "2026-11-24T18:00:00Z", "1"));
    EXPECT_FALSE(page("a", "", "1"));
    EXPECT_FALSE(page("a", "a while ago", "1"));
    EXPECT_FALSE(page("a", "2026-11-24T18:00:00Z", ""));
    EXPECT_FALSE(page("a", "2026-11-24T18:00:00Z", "-1"));
}

TEST(xml, reads_the_results_of_multipart_operations) {
    EXPECT_EQ(
        parse_upload_id("<InitiateMultipartUploadResult><UploadId>2~x</UploadId></InitiateMultipartUploadResult>"),
        "2~x");
    EXPECT_FALSE(parse_upload_id("<InitiateMultipartUploadResult/>"));
    EXPECT_EQ(parse_part_copy_etag("<CopyPartResult><ETag>&quot;a&quot;</ETag></CopyPartResult>"), "\"a\"");
    EXPECT_FALSE(parse_part_copy_etag("<Error><ETag>c</ETag></Error>"));
}

TEST(xml, tells_a_whole_document_of_a_kind) {
    constexpr const char* kind = "CompleteMultipartUploadResult";
    EXPECT_TRUE(is_document("<CompleteMultipartUploadResult><ETag></ETag></CompleteMultipartUploadResult>", kind));
    EXPECT_FALSE(is_document("<CompleteMultipartUploadResult><ETag></ETag>", kind));
    EXPECT_FALSE(is_document("<CopyObjectResult/>", kind));
    EXPECT_FALSE(is_document("", kind));
}

TEST(xml, reads_a_page_of_uploads) {
    const auto page = parse_upload_page(
        "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker>"
        "<NextUploadIdMarker>i</NextUploadIdMarker><Upload><Key>a</Key><UploadId>1</UploadId>"
        "<Initiated>2026-11-23T18:17:41.000Z</Initiated></Upload></ListMultipartUploadsResult>");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->uploads.size(), 1u);
    EXPECT_EQ(page->uploads[0].key, "a");
    EXPECT_EQ(page->uploads[0].id, "1");
    EXPECT_EQ(format_rfc3339(page->uploads[0].begun), "2026-11-23T18:17:41Z");
    EXPECT_EQ(page->next_key_marker, "k");
    EXPECT_EQ(page->next_id_marker, "i");
}

TEST(xml, writes_what_completes_an_upload) {
    const std::vector<completed_part> parts{{1, "\"a\""}, {2, "b"}};
    EXPECT_EQ(complete_request(parts),
              "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"a\"</ETag></Part>"
              "<Part><PartNumber>2</PartNumber><ETag>b</ETag></Part></CompleteMultipartUpload>");
}

TEST(xml, writes_what_deletes_objects_and_reads_the_answer) {
    EXPECT_EQ(delete_request(std::vector<std::string>{"a<b", "c"}),
              "<Delete><Quiet>true</Quiet><Object><Key>a&lt;b</Key></Object><Object><Key>c</Key></Object></"
              "Delete>");
    const auto failures = parse_delete_failures(
        "<DeleteResult><Error><Key>a</Key><Code>SlowDown</Code></Error>"
        "<Error><Key>b</Key><Code>NoSuchKey</Code></Error></DeleteResult>");
    ASSERT_TRUE(failures);
    EXPECT_THAT(*failures, ElementsAre("a"));
    EXPECT_FALSE(parse_delete_failures(""));
}

}  // namespace
}  // namespace berth::s3
