#pragma once

#include "s3/exchange.hpp"
#include "s3/xml.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace berth::s3 {

/// A key within the bucket, without a leading "/".
using object_key = std::string;

struct object_info {
    std::uint64_t size_bytes = 0;
    wall_time modified{};
    std::string etag;  ///< With its quotes, as sent.
};

/// An object that is being read.
struct object {
    object_info info;                           ///< Of the whole object.
    std::unique_ptr<async::byte_source> bytes;  ///< Of the range. Throws s3::error when S3 breaks for good.
};

/// Which bytes of an object to read, and how.
struct read_range {
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> size_bytes{};  ///< Absent: to the end.
    bool fresh_connection = false;              ///< Not one that was used before.
    read_pace* pace = nullptr;  ///< Is told when S3 wants fewer requests, and says how long to be patient.
};

/// Which of the keys that begin with `prefix` a page is to have, in byte order.
struct list_query {
    std::string prefix{};
    std::string delimiter{};    ///< Keys that go on beyond it are folded into common prefixes. Empty: none.
    std::string start_after{};  ///< Only what comes after this key. Empty: from the start.
    std::size_t max_keys = 0;   ///< Keys and common prefixes together; 0: as many as the server gives.
    std::string token{};        ///< The page before's next_token; it replaces `start_after`.
};

/// What S3 knows of one object, one verb each. Thread-safe. Every verb throws s3::error when S3 fails after
/// all attempts; that an object is not there is an ordinary answer.
///
/// Lifetime: outlives the objects that are read through it.
class client {
public:
    /// Throws std::invalid_argument for an endpoint that cannot be one.
    explicit client(options options) : exchange_{std::move(options)} {}

    /// Where to count; may be null.
    traffic* counted() const { return exchange_.settings().traffic; }

    awaitable<std::optional<object_info>> head(const object_key& key);
    awaitable<std::optional<object>> get(object_key key) { return get_range(std::move(key), {}); }
    /// What lies past the end is simply not there.
    awaitable<std::optional<object>> get_range(object_key key, read_range range);
    awaitable<void> put(const object_key& key, std::string_view body);
    /// Up to 5 GiB, by the server: no byte passes here.
    awaitable<void> copy(const object_key& from, const object_key& to);
    awaitable<void> remove(const object_key& key);
    /// Removes it only while `only` holds by S3's clock. False when S3 refused it because that is over. An answer that
    /// does not come leaves open what S3 does, or will do until then.
    awaitable<bool> remove(const object_key& key, validity only);
    /// The time by S3's clock, rounded down to its second. Asks for `key`, which need not be there.
    awaitable<wall_time> time(const object_key& key);
    /// All of them, in batches of 1,000; one by one where the server cannot do batches.
    awaitable<void> remove(std::span<const object_key> keys);

    /// One page; its next_token asks for the one after it.
    awaitable<object_page> list(const list_query& asked);

    awaitable<std::string> create_multipart(const object_key& key);
    /// Part numbers count from 1. Return the part's ETag.
    awaitable<std::string> upload_part(const object_key& key, const std::string& upload_id, unsigned number,
                                       std::string_view body);
    awaitable<std::string> upload_part_copy(const object_key& key, const std::string& upload_id, unsigned number,
                                            const object_key& from, std::uint64_t first, std::uint64_t last);
    /// `size_bytes` is what the whole must have: when the answer to a Complete was lost, size and ETag tell
    /// whether it had been done.
    awaitable<void> complete_multipart(const object_key& key, const std::string& upload_id,
                                       std::span<const completed_part> parts, std::uint64_t size_bytes);
    /// Whether the object is what completing these parts makes: the size is right, and the ETag follows from the parts
    /// (under KMS it does not, and the size has to do).
    awaitable<bool> is_completed(const object_key& key, std::span<const completed_part> parts,
                                 std::uint64_t size_bytes);
    awaitable<void> abort_multipart(const object_key& key, const std::string& upload_id);
    /// Uploads below `prefix` that were neither completed nor aborted: the page after `before`, of which only the
    /// markers count.
    awaitable<upload_page> list_multiparts(const std::string& prefix, const upload_page& before);

    /// A URL that reads the object for `lifetime` without other credentials: a secret, never log it. Nothing while
    /// there are no keys at hand.
    std::optional<std::string> presign_get(const object_key& key, std::chrono::seconds lifetime) const {
        return exchange_.presigned_url(key, lifetime);
    }

    /// Asks for `key`, once and with short time limits, and tells whether S3 works: a missing object is as
    /// good as one that is there. Throws s3::error.
    awaitable<void> probe(const object_key& key);

private:
    name_values headers_of_new_object() const;
    std::string copy_source(const object_key& from) const;

    void note_bucket(const result<reply, failure>& answer);

    exchange exchange_;
    std::atomic<bool> bucket_seen_{false};  // an answer has shown that the bucket is there
};

}  // namespace berth::s3
