#include "api/route.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>

namespace berth::api {

namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEFabcdef";

// The characters of a path's segment (RFC 3986, 3.3), and the slash.
constexpr std::array<bool, 256> path_characters = [] {
    std::array<bool, 256> table{};
    for (const unsigned char c : std::string_view{"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                                  "-._~!$&'()*+,;=:@/%"})
        table[c] = true;
    return table;
}();

bool is_path(std::string_view text) {
    if (!text.starts_with('/')) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!path_characters[static_cast<unsigned char>(text[i])]) return false;
        if (text[i] != '%') continue;
        if (text.size() - i < 3 || hex_digits.find(text[i + 1]) == std::string_view::npos ||
            hex_digits.find(text[i + 2]) == std::string_view::npos)
            return false;
    }
    return true;
}

int value_of(char hex) {
    const auto at = static_cast<int>(hex_digits.find(hex));
    return at < 16 ? at : at - 6;
}

// Reads a path's components from its ends, decoding those that are asked for and encoded.
class components {
public:
    components(std::string_view path, std::forward_list<std::string>& decoded)
        : rest_{path.substr(1)}, decoded_{decoded} {}

    std::string_view take_first() { return take(rest_.find('/'), true); }
    std::string_view take_last() { return take(rest_.rfind('/'), false); }
    /// What has not been taken, slashes and all.
    std::string_view rest() { return decode(rest_); }
    bool is_empty() const { return taken_all_; }

private:
    std::string_view take(std::size_t slash, bool front) {
        std::string_view taken = rest_;
        if (slash == std::string_view::npos) {
            taken_all_ = true;
            rest_ = {};
        } else if (front) {
            taken = rest_.substr(0, slash);
            rest_.remove_prefix(slash + 1);
        } else {
            taken = rest_.substr(slash + 1);
            rest_.remove_suffix(rest_.size() - slash);
        }
        return decode(taken);
    }

    std::string_view decode(std::string_view text) {
        if (text.find('%') == std::string_view::npos) return text;
        std::string plain;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '%') {
                plain += text[i];
                continue;
            }
            plain += static_cast<char>(value_of(text[i + 1]) * 16 + value_of(text[i + 2]));
            i += 2;
        }
        return decoded_.emplace_front(std::move(plain));
    }

    std::string_view rest_;
    std::forward_list<std::string>& decoded_;
    bool taken_all_ = false;
};

resource match_short(std::string_view only) {
    if (only.empty()) return resource::base;
    return only == "_catalog" ? resource::catalog : resource::none;
}

// What stands below /berth/.
void match_own(components parts, route& found) {
    const std::string_view kind = parts.take_first();
    if (kind == "pins" && parts.is_empty()) {
        found.what = resource::pins;
        return;
    }
    if (parts.is_empty() || (kind != "pins" && kind != "warm")) return;
    found.name = parts.rest();
    if (!found.name.empty()) found.what = kind == "pins" ? resource::pin : resource::warm;
}

// A repository's name may itself hold components like "blobs", so paths are read from their end.
void match(std::string_view path, route& found) {
    components parts{path, found.decoded};
    const std::string_view first = parts.take_first();
    if (parts.is_empty()) {
        found.what = first.empty() ? resource::root : first == "v2" ? resource::bare : resource::none;
        return;
    }
    if (first == "berth") return match_own(parts, found);
    if (first != "v2") return;
    const std::string_view last = parts.take_last();
    if (parts.is_empty()) {
        found.what = match_short(last);
        return;
    }
    const std::string_view kind = parts.take_last();
    if (parts.is_empty()) return;  // no room for a name
    resource what = resource::none;
    if (kind == "tags") {
        if (last == "list") what = resource::tags;
    } else if (kind == "manifests") {
        what = resource::manifest;
    } else if (kind == "referrers") {
        what = resource::referrers;
    } else if (kind == "blobs") {
        // Without its last slash, as some clients send it, the path of the uploads ends like that of a blob.
        what = last == "uploads" ? resource::uploads : resource::blob;
    } else if (kind == "uploads") {
        if (parts.take_last() == "blobs" && !parts.is_empty())
            what = last.empty() ? resource::uploads : resource::upload;
    }
    if (what == resource::none) return;
    const std::string_view name = parts.rest();
    if (name.empty()) return;  // "/v2//tags/list"
    found.what = what;
    found.name = name;
    found.reference = last;
}

void match_below(std::string_view prefix, std::string_view path, route& found) {
    if (prefix.empty()) return match(path, found);
    if (path == "/") found.what = resource::root;
    if (!path.starts_with(prefix)) return;
    path.remove_prefix(prefix.size());
    if (path.starts_with('/') && path != "/") match(path, found);
}

// "http://host/path" -> "/path"; what names no host stays as it is. Which host does not matter, we answer for all.
std::string_view without_scheme_and_host(std::string_view target) {
    if (target.starts_with('/')) return target;
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        const std::size_t path = target.find_first_of("/?", scheme.size());
        if (path == scheme.size()) return target;
        if (path == std::string_view::npos || target[path] == '?') return "/";
        return target.substr(path);
    }
    return target;
}

}  // namespace

std::optional<std::string> route::parameter(std::string_view key) const {
    for (const auto& [name, value] : query)
        if (name == key) return value;
    return std::nullopt;
}

std::optional<route> parse_target(std::string_view target, std::string_view prefix) {
    target = without_scheme_and_host(target);
    const std::size_t query = target.find('?');
    const std::string_view path = target.substr(0, query);
    if (!is_path(path)) return std::nullopt;
    std::optional<route> found{std::in_place};
    match_below(prefix, path, *found);
    if (query == std::string_view::npos) return found;

    const auto url = boost::urls::parse_origin_form(target);
    if (!url) return std::nullopt;
    // Browsers' forms write blanks as "+"; registries' clients never do, and media types end in "+json".
    boost::urls::encoding_opts plus_is_plus;
    plus_is_plus.space_as_plus = false;
    for (const auto& parameter : url->params(plus_is_plus)) found->query.emplace_back(parameter.key, parameter.value);
    return found;
}

}  // namespace berth::api
