#pragma once

#include "support/fake_s3/fault.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::test {

/// An S3 server on 127.0.0.1 with one bucket, kept in memory, that checks signatures, keeps a log of its
/// requests and breaks on demand. Path style. It answers as AWS and Ceph RGW do; what they do differently is
/// left to a test against them. Its implementation shares no code with src/s3. All members are thread-safe.
class fake_s3 {
public:
    struct options {
        std::string bucket = "test-bucket";
        std::string region = "us-east-1";
        std::string access_key = "TESTACCESSKEY";
        std::string secret_key = "test/secret+key";
        std::string session_token{};                     ///< Demanded where not empty.
        bool check_signatures = true;                    ///< False: whoever asks is served.
        std::size_t page_size = 1000;                    ///< The most entries of one page of any listing.
        std::uint64_t min_part_bytes = 5 * 1024 * 1024;  ///< Of all parts but the last.
        std::uint64_t max_copy_bytes = 5ull << 30;       ///< Of a CopyObject and of a part.
        std::chrono::seconds clock_offset{0};            ///< How far the server's clock is ahead.
    };

    /// A request as it arrived and what became of it.
    struct request {
        /// GetObject, HeadObject, PutObject, CopyObject, DeleteObject, DeleteObjects, ListObjectsV2,
        /// HeadBucket, CreateMultipartUpload, UploadPart, UploadPartCopy, CompleteMultipartUpload,
        /// AbortMultipartUpload, ListParts, ListMultipartUploads, or Unknown.
        std::string operation;
        std::string method;
        std::string key;                                          ///< Decoded; empty for requests of the bucket.
        std::map<std::string, std::string, std::less<>> query;    ///< Decoded.
        std::map<std::string, std::string, std::less<>> headers;  ///< Names in lower case.
        std::uint64_t body_bytes = 0;
        int status = 0;           ///< 0: nothing was answered.
        std::string code;         ///< The error's <Code>.
        unsigned connection = 0;  ///< Counts from 1: requests with the same number came over the same connection.
    };

    /// An object as it lies in the bucket.
    struct object {
        std::string bytes;
        std::string etag;  ///< With its quotes.
        /// content-type, x-amz-server-side-encryption (and ...-aws-kms-key-id), x-amz-storage-class and
        /// x-amz-acl of the request that made it: PutObject, CopyObject or CreateMultipartUpload.
        std::map<std::string, std::string, std::less<>> headers;
    };

    /// Listens on a free port.
    fake_s3();
    explicit fake_s3(options options);
    ~fake_s3();

    const options& settings() const;
    std::uint16_t port() const;
    /// "http://127.0.0.1:34567"
    std::string endpoint() const;

    /// An outage: stop() closes all connections and the port, start() opens the same port again. The bucket
    /// stays.
    void stop();
    void start();

    void add_fault(fault::rule rule);
    void clear_faults();

    std::vector<request> requests() const;
    std::size_t count(std::string_view operation) const;
    void clear_requests();

    void put_object(const std::string& key, std::string bytes);
    /// The same bytes as if they had been put in another way, with other parts: under another ETag.
    void change_etag(const std::string& key);
    /// An object of any size that takes no memory: byte i is generated_byte(i).
    void put_generated(const std::string& key, std::uint64_t size_bytes);
    static char generated_byte(std::uint64_t position);
    std::optional<object> find_object(const std::string& key) const;
    std::optional<std::uint64_t> object_size(const std::string& key) const;
    void remove_object(const std::string& key);
    /// Of all objects and open uploads: as if they had been written that much earlier.
    void make_older(std::chrono::seconds by);
    /// In byte order.
    std::vector<std::string> keys() const;
    /// (key, upload id) of every multipart upload that was neither completed nor aborted.
    std::vector<std::pair<std::string, std::string>> open_uploads() const;

private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace berth::test
