#include "storage/linked/links.hpp"

#include "s3/uri.hpp"

namespace berth::storage {

link_maker redirect_links(std::string base_url) {
    while (base_url.ends_with('/')) base_url.pop_back();
    return [base = std::move(base_url)](driver&, const path& file, std::chrono::seconds) {
        return std::optional{base + s3::encode_path(file)};
    };
}

link_maker rewritten_links(rewriting how) {
    return [how = std::move(how)](driver& inner, const path& file,
                                  std::chrono::seconds lifetime) -> std::optional<std::string> {
        const auto link = inner.presigned_get(file, lifetime);
        if (!link) return std::nullopt;
        const std::size_t host_at = link->find("://") + 3, path_at = link->find('/', host_at);
        if (host_at < 3 || path_at == std::string::npos) return link;
        std::string scheme = link->substr(0, host_at - 3), host = link->substr(host_at, path_at - host_at),
                    rest = link->substr(path_at);
        if (!how.scheme.empty()) scheme = how.scheme;
        if (!how.host.empty()) host = how.host;
        if (rest.starts_with(how.trim_path_prefix)) rest.erase(0, how.trim_path_prefix.size());
        if (!rest.starts_with('/')) rest.insert(0, 1, '/');
        return scheme + "://" + host + rest;
    };
}

}  // namespace berth::storage
