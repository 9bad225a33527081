#pragma once

#include "support/fake_s3/message.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace berth::test::s3 {

struct stored_object {
    content bytes;
    std::string etag;  ///< With its quotes.
    std::chrono::system_clock::time_point modified{};
    text_map headers;  ///< Those of its maker that stay with an object: see kept_headers.
};

struct multipart_upload {
    struct part {
        content bytes;
        std::string etag;
    };
    std::string key;
    text_map headers;
    std::map<unsigned, part> parts;
    std::chrono::system_clock::time_point begun = std::chrono::system_clock::now();
};

/// What a bucket holds, and what requests do to it. Thread-safe; one request at a time.
class bucket {
public:
    struct options {
        std::string name;
        std::size_t page_size = 1000;
        std::uint64_t min_part_bytes = 0;
        std::uint64_t max_copy_bytes = 0;
        std::chrono::seconds clock_offset{0};
    };

    explicit bucket(options options) : options_{std::move(options)} {}

    /// Does what the request asks for; its signature has been checked. A HEAD's answer has the body of a
    /// GET's: the server leaves it out.
    outgoing answer(const incoming& request);

    /// For tests: past all rules.
    void put(const std::string& key, content bytes);
    void change_etag(const std::string& key);
    void remove(const std::string& key);
    void make_older(std::chrono::seconds by);
    std::map<std::string, stored_object> objects() const;
    std::optional<stored_object> find(const std::string& key) const;
    std::map<std::string, multipart_upload> uploads() const;

private:
    std::chrono::system_clock::time_point now() const {
        return std::chrono::system_clock::now() + options_.clock_offset;
    }
    outgoing get(const incoming& request) const;
    outgoing put(const incoming& request);
    outgoing copy(const incoming& request);
    outgoing remove(const incoming& request);
    outgoing remove_many(const incoming& request);
    outgoing list(const incoming& request) const;

    outgoing create_upload(const incoming& request);
    outgoing upload_part(const incoming& request);
    outgoing copy_part(const incoming& request);
    outgoing complete(const incoming& request);
    outgoing abort(const incoming& request);
    outgoing list_parts(const incoming& request) const;
    outgoing list_uploads(const incoming& request) const;

    /// The object that x-amz-copy-source names; nullptr when there is none.
    const stored_object* copy_source(const incoming& request) const;
    /// The smaller of what the request asks for and what is allowed.
    std::size_t page_size(const incoming& request, std::string_view parameter) const;

    const options options_;
    mutable std::mutex mutex_;
    std::map<std::string, stored_object> objects_;     // guarded by mutex_
    std::map<std::string, multipart_upload> uploads_;  // guarded by mutex_; by id
    unsigned uploads_begun_ = 0;                       // guarded by mutex_
};

/// The headers of a request that stay with the object it makes.
text_map kept_headers(const incoming& request);
std::string etag_of(std::string_view bytes);
/// The error for a Content-MD5 that is not that of the body, if the request has one.
std::optional<outgoing> check_md5(const incoming& request);
/// "2026-11-23T18:17:41.000Z"
std::string iso_time(std::chrono::system_clock::time_point time);
/// "Mon, 23 Nov 2026 18:17:41 GMT"
std::string http_time(std::chrono::system_clock::time_point time);

}  // namespace berth::test::s3
