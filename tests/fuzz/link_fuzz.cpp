// The input is what a link file holds; or, where it begins with a slash, the path of a file below a repository.
#include "fuzz/fuzz.hpp"
#include "registry/repository_file.hpp"
#include "storage/layout.hpp"

#include <string>

namespace berth {

namespace {

using fuzz::require;
namespace layout = storage::layout;

void check_path(std::string_view path) {
    const auto file = registry::repository_file::parse(std::string{path});
    if (!file) return;
    using kind = registry::repository_file::kind;
    const auto& name = file->repository;
    if (file->what == kind::layer_link)
        require(path == layout::layer_link(name, file->digest.value()), "a layer's link is where its digest says");
    if (file->what == kind::revision_link)
        require(path == layout::revision_link(name, file->digest.value()), "a revision's link is where it belongs");
    if (file->what == kind::tag_link)
        require(path == layout::tag_current_link(name, file->tag.value()), "a tag's link is where it belongs");
    if (file->what == kind::tag_history)
        require(path == layout::tag_index_link(name, file->tag.value(), file->digest.value()),
                "a tag's history is where it belongs");
}

}  // namespace

}  // namespace berth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace berth;
    const std::string_view content = fuzz::text_of(bytes, size);
    if (content.starts_with('/')) {
        check_path(content);
        return 0;
    }
    const auto digest = storage::layout::parse_link(content);
    if (!digest) return 0;
    const std::string text = digest->str();
    const std::size_t at = content.find(text);
    require(at != std::string_view::npos, "a link holds the digest it is read as");
    std::string around{content};
    around.erase(at, text.size());
    require(around.find_first_not_of(" \t\r\n") == std::string::npos, "a link holds nothing else");
    require(storage::layout::parse_link(text).value() == *digest, "a digest that was written is read");
    return 0;
}
