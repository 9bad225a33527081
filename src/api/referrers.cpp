// /v2/<name>/referrers/<digest>
#include "api/paging.hpp"
#include "api/reply.hpp"
#include "api/service.hpp"
#include "oci/media_type.hpp"

#include <algorithm>

namespace berth::api {

using http::field;
using oci::errc;

namespace {

using registry::referrer_store;

std::string index_of(const std::vector<referrer_store::entry>& referrers) {
    std::string body =
        R"({"schemaVersion":2,"mediaType":")" + std::string{oci::media_type::oci_index} + R"(","manifests":[)";
    for (const auto& entry : referrers) body += (&entry == &referrers.front() ? "" : ",") + entry.descriptor;
    return body += "]}\n";
}

// What the next page is asked with: where it begins, and what this one was asked with.
std::vector<std::pair<std::string, std::string>> parameters_of_next(const route& where, const std::string& last) {
    std::vector<std::pair<std::string, std::string>> parameters{{"last", last}};
    for (const auto& parameter : where.query)
        if (parameter.first == "n" || parameter.first == "artifactType") parameters.push_back(parameter);
    return parameters;
}

}  // namespace

awaitable<http::response> service::referrers(const oci::repository_name& name, const route& where) {
    const auto subject = oci::digest::parse(where.reference);
    if (!subject) co_return reply::error({errc::digest_invalid, {}, {}});
    referrer_store::query asked;
    asked.after = where.parameter("last").value_or("");
    for (const auto& [key, value] : where.query)
        if (key == "artifactType") asked.artifact_types.push_back(value);
    if (const auto text = where.parameter("n")) {
        const auto n = page_size(*text);
        if (!n) co_return bad_page_size();
        asked.limit = std::min(*n, referrer_store::max_page_entries);
    }
    referrer_store::page page;
    if (asked.limit != 0) page = co_await stores_.referrers.list(name, *subject, asked);

    http::response answer;
    answer.headers.set(field::content_type, oci::media_type::oci_index);
    if (!asked.artifact_types.empty()) answer.headers.set("OCI-Filters-Applied", "artifactType");
    if (!page.next.empty())
        add_next_link(answer, options_.prefix + "/v2/" + name.str() + "/referrers/" + subject->str(),
                      parameters_of_next(where, page.next));
    answer.body = index_of(page.entries);
    co_return answer;
}

}  // namespace berth::api
