#include "service/s3_app.hpp"
#include "support/raw_client.hpp"
#include "support/running_app.hpp"

#include <gtest/gtest.h>

namespace berth {

using http::verb;
using test::answer;
using test::running_app;

namespace {

const std::string uploads = "/v2/team/net/blobs/uploads/";

std::string digest_of(std::string_view bytes) {
    return oci::digest::of(bytes).str();
}
std::string blob_url(std::string_view bytes) {
    return "/v2/team/net/blobs/" + digest_of(bytes);
}

bool has_code(const answer& got, std::string_view code) {
    return got.body.find("\"code\":\"" + std::string{code} + "\"") != std::string::npos;
}

}  // namespace

TEST(uploads, post_patch_put_as_docker_does_it) {
    running_app app;
    const answer started = app.send(verb::post, uploads);
    EXPECT_EQ(started.code, 202u);
    EXPECT_EQ(started.header("Range"), "0-0");
    EXPECT_EQ(started.header("Docker-Distribution-Api-Version"), "registry/2.0");
    EXPECT_TRUE(started.header("Location").starts_with("http://" + app.host() + uploads));
    EXPECT_TRUE(started.header("Location").ends_with(started.header("Docker-Upload-Uuid")));

    const std::string location = running_app::path_of(started);
    const answer patched = app.send(verb::patch, location, "hello ");
    EXPECT_EQ(patched.code, 202u);
    EXPECT_EQ(patched.header("Range"), "0-5");
    EXPECT_EQ(app.send(verb::patch, location, "world").header("Range"), "0-10");

    const answer status = app.get(location);
    EXPECT_EQ(status.code, 204u);
    EXPECT_EQ(status.header("Range"), "0-10");

    const answer done = app.send(verb::put, location + "?digest=" + digest_of("hello world"));
    EXPECT_EQ(done.code, 201u);
    EXPECT_EQ(done.header("Docker-Content-Digest"), digest_of("hello world"));
    EXPECT_EQ(running_app::path_of(done), blob_url("hello world"));
    EXPECT_EQ(app.get(blob_url("hello world")).body, "hello world");
    EXPECT_EQ(app.get(location).code, 404u);
}

TEST(uploads, one_put_as_containerd_does_it) {
    running_app app;
    const std::string location = running_app::path_of(app.send(verb::post, uploads));
    EXPECT_EQ(app.send(verb::put, location + "?digest=" + digest_of("x"), "x").code, 201u);
    EXPECT_EQ(app.get(blob_url("x")).body, "x");
}

TEST(uploads, a_post_with_a_digest_carries_the_whole_blob) {
    running_app app;
    EXPECT_EQ(app.send(verb::post, uploads + "?digest=" + digest_of("x"), "x").code, 201u);
    EXPECT_EQ(app.get(blob_url("x")).body, "x");
}

TEST(uploads, the_empty_blob_is_a_blob) {
    running_app app;
    const std::string location = running_app::path_of(app.send(verb::post, uploads));
    EXPECT_EQ(app.send(verb::put, location + "?digest=" + digest_of("")).code, 201u);
    const answer got = app.get(blob_url(""));
    EXPECT_EQ(got.code, 200u);
    EXPECT_EQ(got.header("Content-Length"), "0");
}

TEST(uploads, a_wrong_digest_is_refused_and_nothing_is_stored) {
    running_app app;
    const std::string location = running_app::path_of(app.send(verb::post, uploads));
    const answer refused = app.send(verb::put, location + "?digest=" + digest_of("other"), "bytes");
    EXPECT_EQ(refused.code, 400u);
    EXPECT_TRUE(has_code(refused, "DIGEST_INVALID"));
    EXPECT_EQ(app.get(blob_url("bytes")).code, 404u);
    EXPECT_EQ(app.get(blob_url("other")).code, 404u);
}

TEST(uploads, a_missing_or_malformed_digest_does_not_end_the_upload) {
    running_app app;
    const std::string location = running_app::path_of(app.send(verb::post, uploads));
    for (const char* query : {"", "?digest=", "?digest=md5:00", "?digest=sha256:XYZ"})
        EXPECT_TRUE(has_code(app.send(verb::put, location + query, "x"), "DIGEST_INVALID")) << query;
    EXPECT_EQ(app.get(location).code, 204u);
}

TEST(uploads, row_20_a_chunk_at_the_wrong_place_is_refused_and_the_upload_says_where_it_stands) {
    running_app app;
    const std::string location = running_app::path_of(app.send(verb::post, uploads));
    EXPECT_EQ(app.send(verb::patch, location, "hello", {{"Content-Range", "0-4"}}).code, 202u);
    for (const char* range : {"100-104", "0-4", "6-10", "rubbish", "5-100"}) {
        const answer refused = app.send(verb::patch, location, "12345", {{"Content-Range", range}});
        EXPECT_EQ(refused.code, 416u) << range;
        EXPECT_EQ(refused.header("Range"), "0-4") << range;
    }
    EXPECT_EQ(app.send(verb::patch, location, "world", {{"Content-Range", "5-9"}}).code, 202u);
    EXPECT_EQ(app.send(verb::put, location + "?digest=" + digest_of("helloworld")).code, 201u);
}

TEST(uploads, a_chunk_that_says_where_it_belongs_must_say_how_long_it_is) {
    running_app app;
    const std::string location = running_app::path_of(app.send(verb::post, uploads));
    test::raw_client client{app.port()};
    client.send(
        "PATCH " + location +
        " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Range: 0-3\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n0\r\n\r\n");
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 416 "));
    test::raw_client twice{app.port()};
    twice.send("PATCH " + location +
               " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Range: 0-4\r\nContent-Range: 9-13\r\n"
               "Content-Length: 5\r\n\r\nhello");
    EXPECT_TRUE(twice.read_to_end().starts_with("HTTP/1.1 416 "));
    EXPECT_EQ(app.get(location).header("Range"), "0-0");
    EXPECT_EQ(app.send(verb::patch, location, "hello", {{"Content-Range", "0-4"}}).code, 202u);
}

TEST(uploads, can_be_cancelled) {
    running_app app;
    const std::string location = running_app::path_of(app.send(verb::post, uploads));
    EXPECT_EQ(app.send(verb::delete_, location).code, 204u);
    const answer gone = app.get(location);
    EXPECT_EQ(gone.code, 404u);
    EXPECT_TRUE(has_code(gone, "BLOB_UPLOAD_UNKNOWN"));
}

TEST(uploads, an_unknown_upload_is_told_so_for_every_method) {
    running_app app;
    const std::string location = uploads + "3f2b7a54-0d6e-4c1a-9f3e-5a1c2b3d4e5f";
    for (const verb method : {verb::get, verb::patch, verb::delete_})
        EXPECT_TRUE(has_code(app.send(method, location), "BLOB_UPLOAD_UNKNOWN"));
    EXPECT_TRUE(has_code(app.send(verb::put, location + "?digest=" + digest_of("")), "BLOB_UPLOAD_UNKNOWN"));
}

TEST(uploads, go_on_after_a_client_that_broke_off) {
    running_app app;
    const std::string location = running_app::path_of(app.send(verb::post, uploads));
    {
        test::raw_client client{app.port()};
        client.send("PATCH " + location + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhello");
    }
    // The server learns of the end in its own time.
    answer status;
    for (int i = 0; i < 200; ++i) {
        status = app.get(location);
        if (status.code == 204 && status.header("Range") == "0-4") break;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    EXPECT_EQ(status.header("Range"), "0-4");
    EXPECT_EQ(app.send(verb::put, location + "?digest=" + digest_of("hello world"), " world").code, 201u);
}

TEST(uploads, row_22_count_what_has_come_of_a_chunked_body_without_an_end) {
    running_app app;
    const std::string location = running_app::path_of(app.send(verb::post, uploads));
    {
        test::raw_client client{app.port()};
        client.send("PATCH " + location +
                    " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n64\r\n wor");
    }
    answer status;
    for (int i = 0; i < 200; ++i) {
        status = app.get(location);
        if (status.header("Range") == "0-8") break;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    EXPECT_EQ(status.header("Range"), "0-8");
    EXPECT_EQ(app.send(verb::put, location + "?digest=" + digest_of("hello world"), "ld").code, 201u);
}

TEST(uploads, a_post_with_a_digest_whose_body_breaks_off_leaves_nothing) {
    test::fake_s3 s3;
    running_app app{test::yaml_over(s3, test::keys_of(s3))};
    const std::string bytes(20 << 20, 'x');
    // The server learns of each step in its own time.
    const auto comes_true = [](const auto& condition) {
        for (int i = 0; i < 300 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{10});
        return condition();
    };
    {
        test::raw_client client{app.port()};
        client.send("POST " + uploads + "?digest=" + digest_of(bytes) +
                    " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(bytes.size()) + "\r\n\r\n" +
                    bytes.substr(0, 10 << 20));
        ASSERT_TRUE(comes_true([&] { return s3.open_uploads().size() == 1; }));
    }
    EXPECT_TRUE(comes_true([&] { return s3.open_uploads().empty(); }));
    EXPECT_TRUE(comes_true([&] { return s3.count("AbortMultipartUpload") == 1; }));
    EXPECT_EQ(app.get(blob_url(bytes)).code, 404u);
}

TEST(uploads, mounts_what_another_repository_holds) {
    running_app app;
    const std::string digest = app.push_blob("team/base", "layer");
    const answer mounted = app.send(verb::post, uploads + "?mount=" + digest + "&from=team/base");
    EXPECT_EQ(mounted.code, 201u);
    EXPECT_EQ(running_app::path_of(mounted), blob_url("layer"));
    EXPECT_EQ(app.get(blob_url("layer")).body, "layer");
}

TEST(uploads, what_cannot_be_mounted_becomes_an_upload) {
    running_app app;
    app.push_blob("team/base", "layer");
    for (const std::string& query :
         {"?mount=" + digest_of("unknown") + "&from=team/base", "?mount=" + digest_of("layer") + "&from=team/third",
          "?mount=" + digest_of("layer") + "&from=BAD", std::string{"?mount=x&from=team/base"}})
        EXPECT_EQ(app.send(verb::post, uploads + query).code, 202u) << query;
}

TEST(uploads, a_mount_that_names_no_source_finds_one) {
    running_app app;
    const std::string digest = app.push_blob("team/base", "layer");
    EXPECT_EQ(app.send(verb::post, uploads + "?mount=" + digest).code, 201u);
    EXPECT_EQ(app.get(blob_url("layer")).body, "layer");
    EXPECT_EQ(app.send(verb::post, uploads + "?mount=" + digest_of("unknown")).code, 202u);
}

TEST(uploads, sha512_blobs_are_pushed_in_every_way) {
    const std::string digest = oci::digest::of("hello world", hash_function::sha512).str();
    const std::string url = "/v2/team/net/blobs/" + digest;
    for (const char* announced : {"", "?digest-algorithm=sha512", "?digest-algorithm=sha256"}) {
        running_app app;
        const std::string location = running_app::path_of(app.send(verb::post, uploads + announced));
        app.send(verb::patch, location, "hello ");
        const answer done = app.send(verb::put, location + "?digest=" + digest, "world");
        EXPECT_EQ(done.code, 201u) << announced;
        EXPECT_EQ(done.header("Docker-Content-Digest"), digest);
        EXPECT_EQ(app.get(url).body, "hello world");
        EXPECT_EQ(app.get(url).header("ETag"), '"' + digest + '"');
        EXPECT_EQ(app.get(blob_url("hello world")).code, 404u) << "it is known by the digest it was pushed with";
    }
    running_app app;
    EXPECT_EQ(app.send(verb::post, uploads + "?digest=" + digest, "hello world").code, 201u);
    EXPECT_EQ(app.send(verb::post, uploads + "?mount=" + digest + "&from=team/net").code, 201u);
    EXPECT_EQ(app.get(url).body, "hello world");
}

TEST(uploads, a_digest_of_the_other_algorithm_is_checked_as_well) {
    running_app app;
    const std::string wrong = oci::digest::of("other", hash_function::sha512).str();
    const std::string location = running_app::path_of(app.send(verb::post, uploads));
    EXPECT_TRUE(has_code(app.send(verb::put, location + "?digest=" + wrong, "bytes"), "DIGEST_INVALID"));
    EXPECT_EQ(app.get("/v2/team/net/blobs/" + wrong).code, 404u);
    EXPECT_TRUE(has_code(app.send(verb::post, uploads + "?digest-algorithm=md5"), "DIGEST_INVALID"));
}

TEST(uploads, status_is_asked_with_head_too) {
    running_app app;
    const std::string location = running_app::path_of(app.send(verb::post, uploads));
    app.send(verb::patch, location, "hello");
    const answer status = app.send(verb::head, location);
    EXPECT_EQ(status.code, 204u);
    EXPECT_EQ(status.header("Range"), "0-4");
}

TEST(uploads, of_many_megabytes_arrive_to_the_byte) {
    running_app app;
    std::string bytes(20'000'000, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 >> 3);
    app.push_blob("team/net", bytes);
    EXPECT_EQ(app.get(blob_url(bytes)).body, bytes);
}

}  // namespace berth
