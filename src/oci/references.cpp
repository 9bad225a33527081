#include "oci/references.hpp"

#include "oci/json_reading.hpp"

#include <boost/json/value.hpp>

#include <algorithm>

namespace berth::oci {

namespace json = boost::json;

namespace {

void add_all_in(const json::value& value, std::vector<digest>& to) {
    if (const json::string* text = value.if_string())
        if (auto found = digest::parse(*text)) to.push_back(std::move(*found));
    if (const json::array* list = value.if_array())
        for (const json::value& item : *list) add_all_in(item, to);
    if (const json::object* map = value.if_object())
        for (const auto& [key, below] : *map)
            if (key != "annotations") add_all_in(below, to);
}

void sort_without_repeats(std::vector<digest>& digests) {
    std::ranges::sort(digests);
    digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
}

}  // namespace

std::optional<references> read_references(std::string_view bytes) {
    const auto object = parse_object(bytes, max_stored_json_depth);
    if (!object) return std::nullopt;
    references read;
    for (const auto& [key, value] : *object) {
        if (key == "annotations") continue;
        if (key == "subject") {
            const json::object* descriptor = value.if_object();
            const auto subject = digest::parse(descriptor ? find_string(*descriptor, "digest").value_or("") : "");
            if (subject) read.subject = *subject;
            continue;
        }
        add_all_in(value, read.content);
        if (key == "manifests") add_all_in(value, read.manifests);
    }
    sort_without_repeats(read.content);
    sort_without_repeats(read.manifests);
    return read;
}

}  // namespace berth::oci
