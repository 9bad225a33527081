#include "registry/image_content.hpp"

#include "oci/manifest.hpp"
#include "oci/media_type.hpp"

#include <deque>
#include <set>

namespace berth::registry {

using oci::errc;
using oci::outcome;

namespace {

oci::error unknown(std::string why) {
    return {errc::manifest_unknown, std::move(why), {}};
}

awaitable<outcome<stored_manifest>> find_image(manifest_store& manifests, const oci::image_reference& image) {
    if (const auto* exact = std::get_if<oci::digest>(&image.by)) co_return co_await manifests.find(image.name, *exact);
    co_return co_await manifests.find(image.name, std::get<oci::tag>(image.by));
}

// What an index lists for the platform. What names none may be for every one.
outcome<std::vector<oci::digest>> children_for(const oci::manifest& index,
                                               const std::optional<oci::platform>& platform) {
    std::vector<oci::digest> chosen;
    std::string offered;
    for (const oci::descriptor& child : index.manifests) {
        if (!platform || !child.made_for || platform->accepts(*child.made_for)) {
            chosen.push_back(child.digest);
        } else {
            offered += (offered.empty() ? "" : ", ") + child.made_for->str();
        }
    }
    if (chosen.empty() && !offered.empty())
        return unknown("the image has nothing for " + platform->str() + ", only for " + offered);
    return chosen;
}

class collector {
public:
    void add(const oci::manifest& image) {
        if (image.config) add(*image.config);
        for (const oci::descriptor& layer : image.layers) add(layer);
    }
    std::vector<oci::descriptor> take() { return std::move(blobs_); }

private:
    void add(const oci::descriptor& blob) {
        if (oci::media_type::is_non_distributable(blob.media_type)) return;
        if (seen_.insert(blob.digest).second) blobs_.push_back(blob);
    }

    std::vector<oci::descriptor> blobs_;
    std::set<oci::digest> seen_;
};

}  // namespace

awaitable<outcome<std::vector<oci::descriptor>>> read_image_content(manifest_store& manifests,
                                                                    const oci::image_reference& image,
                                                                    const std::optional<oci::platform>& platform) {
    auto found = co_await find_image(manifests, image);
    if (!found) co_return unknown("this registry has no image " + image.str());
    collector blobs;
    std::deque<oci::digest> to_read;
    std::set<oci::digest> seen{found->digest};
    for (;;) {
        const auto manifest = oci::parse_manifest(found->bytes, {});
        if (!manifest)
            co_return unknown("the manifest " + found->digest.str() + " is none: " + manifest.error().message);
        blobs.add(*manifest);
        const auto children = children_for(*manifest, platform);
        if (!children) co_return children.error();
        for (const oci::digest& child : *children)
            if (seen.insert(child).second) to_read.push_back(child);
        if (to_read.empty()) co_return blobs.take();
        const oci::digest next = to_read.front();
        to_read.pop_front();
        found = co_await manifests.find(image.name, next);
        if (!found)
            co_return unknown("the image lists manifest " + next.str() + ", which the repository does not hold");
    }
}

}  // namespace berth::registry
