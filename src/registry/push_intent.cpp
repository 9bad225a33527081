#include "registry/push_intent.hpp"

namespace berth::registry {

namespace {

constexpr std::string_view form = "berth push intent 1";
constexpr std::string_view repository_word = "repository ", pushed_word = "pushed ", blob_word = "blob ",
                           manifest_word = "manifest ";

std::string line(std::string_view word, const std::string& value) {
    return std::string{word} + value + '\n';
}

// The next line without its end; nothing where there is none that has one.
std::optional<std::string_view> take_line(std::string_view& from) {
    const auto end = from.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view taken = from.substr(0, end);
    from.remove_prefix(end + 1);
    return taken;
}

bool take_word(std::string_view& from, std::string_view word) {
    if (!from.starts_with(word)) return false;
    from.remove_prefix(word.size());
    return true;
}

}  // namespace

std::string push_intent::to_text() const {
    std::string text =
        std::string{form} + "\n" + line(repository_word, repository.str()) + line(pushed_word, manifest.str());
    for (const oci::digest& blob : blobs) text += line(blob_word, blob.str());
    for (const oci::digest& child : manifests) text += line(manifest_word, child.str());
    return text;
}

std::optional<push_intent> push_intent::parse(std::string_view text) {
    auto first = take_line(text), second = take_line(text), third = take_line(text);
    if (!third || *first != form || !take_word(*second, repository_word) || !take_word(*third, pushed_word))
        return std::nullopt;
    const auto repository = oci::repository_name::parse(*second);
    const auto pushed = oci::digest::parse(*third);
    if (!repository || !pushed) return std::nullopt;
    push_intent read{*repository, *pushed};
    while (!text.empty()) {
        auto next = take_line(text);
        if (!next) return std::nullopt;
        auto& into = next->starts_with(blob_word) ? read.blobs : read.manifests;
        if (!take_word(*next, blob_word) && !take_word(*next, manifest_word)) return std::nullopt;
        const auto digest = oci::digest::parse(*next);
        if (!digest) return std::nullopt;
        into.push_back(*digest);
    }
    return read;
}

}  // namespace berth::registry
