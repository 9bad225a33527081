// The input is what nodes leave in the store for each other: the state of an upload, what a writer has saved of itself,
// or the intent of a push.
#include "fuzz/fuzz.hpp"
#include "registry/push_intent.hpp"
#include "registry/upload_state.hpp"
#include "s3/saved_multipart.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace berth;
    using fuzz::require;
    const std::string_view text = fuzz::text_of(bytes, size);
    if (const auto state = registry::upload_state::parse(text)) {
        require(state->hash.size_bytes() == state->offset, "all bytes that count are hashed");
        const auto again = registry::upload_state::parse(state->to_text());
        require(again && again->to_text() == state->to_text() && again->offset == state->offset &&
                    again->saved == state->saved,
                "a state that was written is read");
    }
    if (const auto saved = s3::saved_multipart::parse(text)) {
        require(saved->upload_id.empty() == saved->etags.empty(), "parts have an upload");
        require(saved->size_bytes() >= saved->rest_bytes, "sizes add up");
        const auto again = s3::saved_multipart::parse(saved->to_text());
        require(again && again->to_text() == saved->to_text(), "what was saved is read");
    }
    if (const auto intent = registry::push_intent::parse(text)) {
        const auto again = registry::push_intent::parse(intent->to_text());
        require(again && again->to_text() == intent->to_text() && again->blobs.size() == intent->blobs.size(),
                "an intent that was written is read");
        require(intent->blobs.size() + intent->manifests.size() <= text.size() / 64, "an intent names digests");
    }
    return 0;
}
