// Uploads whose requests come to one node and another.
#include "service/s3_app.hpp"
#include "support/raw_client.hpp"
#include "support/running_app.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <future>

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

enum class kind { files, s3 };

// Nodes over one store.
class moving_uploads : public testing::TestWithParam<kind> {
protected:
    std::unique_ptr<running_app> node() { return std::make_unique<running_app>(yaml()); }

    std::string yaml(const std::string& http = "") {
        if (GetParam() == kind::s3) {
            std::string over = test::yaml_over(s3, test::keys_of(s3));
            return over.insert(over.rfind('}'), http);
        }
        return "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: "
               "'" +
               folder.path().string() + "'}}\nhttp: {addr: 127.0.0.1:0" + http + "}\n";
    }

    // Nothing of an upload is left.
    void expect_clean() {
        if (GetParam() == kind::files) {
            EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "docker/registry/v2/repositories/team/net/_uploads"));
            return;
        }
        for (const std::string& key : s3.keys()) EXPECT_EQ(key.find("_uploads"), std::string::npos) << key;
        EXPECT_TRUE(s3.open_uploads().empty());
    }

    test::fake_s3 s3;
    test::temporary_directory folder;
};

std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>((i * 2654435761u) >> 13);
    return bytes;
}

std::string range_header(std::size_t first, std::size_t size) {
    return std::to_string(first) + "-" + std::to_string(first + size - 1);
}

}  // namespace

TEST_P(moving_uploads, row_18_take_each_chunk_at_another_node) {
    auto a = node(), b = node(), c = node();
    const std::string bytes = pattern(13 << 20);
    for (const std::size_t first : {std::size_t{1}, std::size_t{5 << 20} - 1, std::size_t{6 << 20}}) {
        const std::string location = running_app::path_of(c->send(verb::post, uploads));
        EXPECT_EQ(a->get(location).code, 204u);
        EXPECT_EQ(a->send(verb::patch, location, bytes.substr(0, first)).code, 202u);
        const answer second = b->send(verb::patch, location, bytes.substr(first, 7 << 20),
                                      {{"Content-Range", range_header(first, 7 << 20)}});
        EXPECT_EQ(second.code, 202u);
        EXPECT_EQ(second.header("Range"), range_header(0, first + (7 << 20)));
        EXPECT_EQ(a->get(location).header("Range"), second.header("Range"));
        EXPECT_EQ(a->send(verb::patch, location, bytes.substr(first + (7 << 20))).code, 202u);
        EXPECT_EQ(c->send(verb::put, location + "?digest=" + digest_of(bytes)).code, 201u);
        for (auto* node : {&a, &b, &c}) EXPECT_EQ((*node)->get(location).code, 404u);
        expect_clean();
    }
    EXPECT_TRUE(b->get(blob_url(bytes)).body == bytes);
}

TEST_P(moving_uploads, outlive_their_node) {
    const std::string bytes = pattern(7 << 20);
    auto first = node();
    const std::string location = running_app::path_of(first->send(verb::post, uploads));
    EXPECT_EQ(first->send(verb::patch, location, bytes.substr(0, 6 << 20)).code, 202u);
    EXPECT_TRUE(first->stop());
    auto second = node();
    EXPECT_EQ(second->get(location).header("Range"), range_header(0, 6 << 20));
    EXPECT_EQ(second
                  ->send(verb::put, location + "?digest=" + digest_of(bytes), bytes.substr(6 << 20),
                         {{"Content-Range", range_header(6 << 20, 1 << 20)}})
                  .code,
              201u);
    EXPECT_TRUE(second->get(blob_url(bytes)).body == bytes);
    expect_clean();
}

// What has come before the end of a drain counts.
TEST_P(moving_uploads, row_42_keep_what_a_stopping_node_has_taken) {
    auto first = std::make_unique<running_app>(yaml(", draintimeout: 200ms"));
    const std::string location = running_app::path_of(first->send(verb::post, uploads));
    test::raw_client client{first->port()};
    client.send("PATCH " + location + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhello");
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    first->stop();
    auto second = node();
    EXPECT_EQ(second->get(location).header("Range"), "0-4");
    EXPECT_EQ(second->send(verb::put, location + "?digest=" + digest_of("hello world"), " world").code, 201u);
}

TEST_P(moving_uploads, row_21_take_at_most_one_of_two_chunks_for_the_same_place) {
    auto a = node(), b = node();
    for (int round = 0; round < 10; ++round) {
        const std::string location = running_app::path_of(a->send(verb::post, uploads));
        // The status of the answer; a node does not wait for the end of a body that it refuses.
        const auto patch = [&](running_app& at, char with) {
            return std::async(std::launch::async, [port = at.port(), &location, with] {
                test::raw_client client{port};
                boost::system::error_code refused;
                client.try_send("PATCH " + location +
                                    " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Range: " +
                                    range_header(0, 6 << 20) + "\r\nContent-Length: " + std::to_string(6 << 20) +
                                    "\r\n\r\n" + std::string(6 << 20, with),
                                refused);
                const std::string answer = client.read_to_end();
                return answer.empty() ? std::string{"409"} : answer.substr(9, 3);
            });
        };
        auto one = patch(*a, 'a'), other = patch(*b, 'b');
        const std::string first = one.get(), second = other.get();
        EXPECT_LE((first == "202") + (second == "202"), 1);
        for (const std::string& got : {first, second}) EXPECT_TRUE(got == "202" || got == "416" || got == "409") << got;
        if (first == "202" || second == "202") {
            const std::string bytes(6 << 20, first == "202" ? 'a' : 'b');
            EXPECT_EQ(b->get(location).header("Range"), range_header(0, 6 << 20));
            // On S3 the other one's part may have been the last to arrive: then the client begins anew.
            const answer done = a->send(verb::put, location + "?digest=" + digest_of(bytes));
            EXPECT_TRUE(done.code == 201 || done.code == 404) << done.code;
            EXPECT_TRUE(done.code == 404 || b->get(blob_url(bytes)).body == bytes);
        } else {
            EXPECT_EQ(b->get(location).header("Range"), "0-0");
        }
    }
}

TEST_P(moving_uploads, row_19_tell_where_they_stand_to_who_comes_too_late) {
    auto a = node(), b = node();
    const std::string location = running_app::path_of(a->send(verb::post, uploads));
    EXPECT_EQ(a->send(verb::patch, location, "hello").code, 202u);
    EXPECT_EQ(b->send(verb::patch, location, " world").code, 202u);
    const answer late = a->send(verb::patch, location, " there", {{"Content-Range", "5-10"}});
    EXPECT_EQ(late.code, 416u);
    EXPECT_EQ(late.header("Range"), "0-10");
    EXPECT_EQ(a->send(verb::put, location + "?digest=" + digest_of("hello world")).code, 201u);
}

// The answer to a PUT was lost, and the client asks again.
TEST_P(moving_uploads, end_once_however_often_that_is_asked) {
    auto a = node(), b = node();
    const std::string location = running_app::path_of(a->send(verb::post, uploads));
    a->send(verb::patch, location, "hello");
    const std::string put = location + "?digest=" + digest_of("hello");
    for (auto* node : {&a, &b, &a}) {
        const answer done = (*node)->send(verb::put, put);
        EXPECT_EQ(done.code, 201u);
        EXPECT_EQ(running_app::path_of(done), blob_url("hello"));
        EXPECT_EQ(done.header("Docker-Content-Digest"), digest_of("hello"));
    }
    EXPECT_EQ(b->send(verb::put, location + "?digest=" + digest_of("other")).code, 404u);
    EXPECT_EQ(b->send(verb::put, "/v2/team/other/blobs/uploads/" + location.substr(uploads.size()) +
                                     "?digest=" + digest_of("hello"))
                  .code,
              404u)
        << "another repository does not hold it";
}

TEST_P(moving_uploads, are_cancelled_for_all) {
    auto a = node(), b = node();
    const std::string location = running_app::path_of(a->send(verb::post, uploads));
    a->send(verb::patch, location, pattern(6 << 20));
    EXPECT_EQ(b->send(verb::delete_, location).code, 204u);
    EXPECT_EQ(a->get(location).code, 404u);
    EXPECT_EQ(a->send(verb::patch, location, "x").code, 404u);
    expect_clean();
}

INSTANTIATE_TEST_SUITE_P(store, moving_uploads, testing::Values(kind::files, kind::s3),
                         [](const auto& of) { return of.param == kind::files ? "files" : "s3"; });

}  // namespace berth
