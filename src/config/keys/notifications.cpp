#include "config/elements.hpp"
#include "config/keys/tables.hpp"
#include "config/shapes.hpp"

#include <algorithm>

namespace berth::config {

namespace {

using enum key::kind;

bool is_endpoint_url(std::string_view text) {
    return (text.starts_with("http://") || text.starts_with("https://")) && text.find('@') == std::string_view::npos;
}

void read_headers(const value& v, notification_endpoint& e) {
    v.read(e.headers);
    for (const auto& [name, texts] : e.headers) {
        if (!is_header_name(name)) v.refuse("one of its names cannot be a header's name");
        if (!std::ranges::all_of(texts, is_header_value))
            v.refuse("one of its values holds a line break or another control character");
    }
}

// registry:2 takes a time of 0 as the default.
void read_time(const value& v, std::chrono::nanoseconds& out) {
    std::chrono::nanoseconds given{};
    v.read(given, {});
    if (given.count() != 0) out = given;
}

void append(const value& v, std::vector<std::string>& out) {
    std::vector<std::string> more;
    v.read(more);
    out.insert(out.end(), more.begin(), more.end());
}

void read_ignore(const value& v, notification_endpoint& e) {
    static constexpr key_name names[] = {{"mediatypes", subtree, ""}, {"actions", subtree, ""}};
    check_element(v, names);
    if (const auto types = v.below("mediatypes")) append(*types, e.ignored_media_types);
    if (const auto actions = v.below("actions")) append(*actions, e.ignored_actions);
}

// clang-format off
constexpr element_key<notification_endpoint> endpoint_keys[] = {
    {{"name", single, ""}, [](const value& v, notification_endpoint& e) { v.read(e.name); }},
    {{"disabled", single, "false"}, [](const value& v, notification_endpoint& e) { v.read(e.disabled); }},
    {{"url", single, ""}, [](const value& v, notification_endpoint& e) {
         v.read_shape(e.url, is_endpoint_url,
                      "http://HOST:PORT/PATH or https://HOST/PATH; a user and a password belong into headers, as Authorization");
     }},
    {{"headers", secret, ""}, read_headers},
    {{"timeout", single, "1s"}, [](const value& v, notification_endpoint& e) { read_time(v, e.timeout); }},
    {{"threshold", single, "10"}, [](const value& v, notification_endpoint& e) {
         std::uint64_t given = 0;
         v.read(given, {});
         if (given != 0) e.threshold = given;  // as for a time
     }},
    {{"backoff", single, "1s"}, [](const value& v, notification_endpoint& e) { read_time(v, e.backoff); }},
    {{"maxpending", single, "10000"}, [](const value& v, notification_endpoint& e) {
         v.read(e.max_pending, {.min = 1, .min_name = "the shortest queue"});
     }},
    {{"ignoredmediatypes", subtree, ""}, [](const value& v, notification_endpoint& e) {
         append(v, e.ignored_media_types);
     }},
    {{"ignore", subtree, ""}, read_ignore},
};

void read_endpoints(const value& v, configuration& c) {
    read_elements<notification_endpoint>(v, c.notifications.endpoints, endpoint_keys);
    const auto& made = c.notifications.endpoints;
    const auto& written = v.tree().children;
    for (std::size_t i = 0; i < made.size() && i < written.size(); ++i)
        if (!made[i].disabled && made[i].url.empty() && (!written[i].find("url") || written[i].find("url")->is_empty()))
            v.refuse("the endpoint \"" + made[i].name +
                     "\" has no url; write url: http://HOST:PORT/PATH, or disabled: true");
}

const key table[] = {
    {"notifications.events.includereferences", single, "false", [](const value& v, configuration& c) {
         v.read(c.notifications.include_references);
     }},
    {{"notifications.endpoints", subtree, ""}, read_endpoints, names_of<endpoint_keys>},
};
// clang-format on

}  // namespace

std::span<const key> notification_keys() {
    return table;
}

}  // namespace berth::config
