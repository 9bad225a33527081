#include "config/elements.hpp"
#include "config/key_readers.hpp"
#include "config/keys/tables.hpp"
#include "config/shapes.hpp"

namespace berth::config {

namespace {

using enum key::kind;
using namespace key_readers;

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
         v.read_shape(e.url, is_request_url,
                      "http://HOST:PORT/PATH or https://HOST/PATH; a user and a password belong into headers, as Authorization");
     }},
    {{"headers", secret_subtree, ""}, [](const value& v, notification_endpoint& e) { read_headers(v, e.headers); }},
    {{"timeout", single, "1s"}, [](const value& v, notification_endpoint& e) { read_unless_zero(v, e.timeout); }},
    {{"threshold", single, "10"}, [](const value& v, notification_endpoint& e) {
         read_unless_zero(v, e.threshold, {});
     }},
    {{"backoff", single, "1s"}, [](const value& v, notification_endpoint& e) { read_unless_zero(v, e.backoff); }},
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
        if (!made[i].disabled && !written[i].says("url"))
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
