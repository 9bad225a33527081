#include "s3/client.hpp"
#include "s3/md5.hpp"

#include <algorithm>

namespace berth::s3 {

// GET /bucket?delimiter=/&list-type=2&max-keys=100&prefix=docker/registry/&start-after=docker/registry/v1
awaitable<object_page> client::list(const list_query& asked) {
    request what{.operation = "ListObjectsV2", .query = {{"list-type", "2"}, {"prefix", asked.prefix}}};
    if (!asked.delimiter.empty()) what.query.emplace_back("delimiter", asked.delimiter);
    if (asked.max_keys != 0) what.query.emplace_back("max-keys", std::to_string(asked.max_keys));
    if (!asked.token.empty()) {
        what.query.emplace_back("continuation-token", asked.token);
    } else if (!asked.start_after.empty()) {
        what.query.emplace_back("start-after", asked.start_after);
    }
    const reply answer = (co_await exchange_.send(what)).value();
    auto page = parse_object_page(answer.body);
    const bool stuck = page && !asked.token.empty() && page->next_token == asked.token;
    if (!page || stuck) throw error{exchange_.nonsense(what, "the answer is no page of a listing that goes on")};
    co_return std::move(*page);
}

// POST /bucket?delete=
// Content-MD5: ...
awaitable<void> client::remove(std::span<const object_key> keys) {
    constexpr std::size_t batch_size = 1000;
    for (; !keys.empty(); keys = keys.subspan(std::min(batch_size, keys.size()))) {
        const auto batch = keys.first(std::min(batch_size, keys.size()));
        const std::string body = delete_request(batch);
        const request what{.operation = "DeleteObjects",
                           .method = http::verb::post,
                           .query = {{"delete", ""}},
                           .headers = {{"content-md5", content_md5(body)}, {"content-type", "application/xml"}},
                           .body = body};
        const auto answer = co_await exchange_.send(what);
        std::vector<object_key> left;
        if (answer) {
            auto failures = parse_delete_failures(answer->body);
            if (!failures) throw error{exchange_.nonsense(what, "the answer is no DeleteResult")};
            left = std::move(*failures);
        } else if (answer.error().status == 501 || answer.error().status == 405) {
            left.assign(batch.begin(), batch.end());
        } else {
            throw error{answer.error()};
        }
        // One by one: either the key goes now, or its own error tells why not.
        for (const object_key& key : left) co_await remove(key);
    }
}

}  // namespace berth::s3
