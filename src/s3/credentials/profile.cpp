#include "s3/credentials/profile.hpp"

#include "s3/credentials/small_file.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/trim.hpp>

#include <sstream>

namespace berth::s3 {

namespace {

using section = std::map<std::string, std::string>;

std::string value_of(const section& settings, const std::string& name) {
    const auto found = settings.find(name);
    return found == settings.end() ? "" : found->second;
}

std::string title(std::string_view line) {
    const std::size_t end = line.find(']');
    if (end == std::string_view::npos) return {};
    return boost::trim_copy(std::string{line.substr(1, end - 1)});
}

struct looked_up {
    section settings{};
    bool found = false;
    std::string problem{};  // the file could not be read
};

looked_up look_up(const std::string& file, const std::string& name) {
    const auto text = read_small_file(file);
    if (!text) return {.problem = file + ": " + text.error().message()};
    auto settings = parse_section(*text, name);
    if (!settings) return {};
    return {std::move(*settings), true, {}};
}

// How a profile says that its keys are to be had elsewhere.
std::string other_way(const section& settings) {
    for (const char* name :
         {"role_arn", "credential_process", "sso_session", "sso_start_url", "web_identity_token_file"})
        if (settings.contains(name)) return name;
    return {};
}

}  // namespace

std::optional<section> parse_section(std::string_view text, std::string_view wanted) {
    std::istringstream lines{std::string{text}};
    std::optional<section> found;
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
        const bool indented = line.starts_with(' ') || line.starts_with('\t');
        boost::trim(line);
        if (line.empty() || indented || line.starts_with('#') || line.starts_with(';')) continue;
        if (line.starts_with('[')) {
            inside = title(line) == wanted;
            if (inside && !found) found.emplace();
            continue;
        }
        const std::size_t equals = line.find('=');
        if (!inside || equals == std::string::npos) continue;
        (*found)[boost::to_lower_copy(boost::trim_copy(line.substr(0, equals)))] =
            boost::trim_copy(line.substr(equals + 1));
    }
    return found;
}

profile_answer read_profile(const profile_place& place) {
    const std::string who = "profile " + place.profile + ": ";
    const looked_up from_credentials = look_up(place.credentials_file, place.profile);
    const looked_up from_config =
        look_up(place.config_file, place.profile == "default" ? "default" : "profile " + place.profile);
    if (place.credentials_file_named && !from_credentials.problem.empty())
        return {.why_none = who + from_credentials.problem, .broken = true};
    if (place.config_file_named && !from_config.problem.empty())
        return {.why_none = who + from_config.problem, .broken = true};

    for (const looked_up* place_of_keys : {&from_credentials, &from_config}) {
        const section& settings = place_of_keys->settings;
        const credentials keys{value_of(settings, "aws_access_key_id"), value_of(settings, "aws_secret_access_key"),
                               value_of(settings, "aws_session_token")};
        if (keys.access_key.empty() != keys.secret_key.empty())
            return {.why_none = who + "has one of aws_access_key_id and aws_secret_access_key, and not the other",
                    .broken = true};
        if (!keys.access_key.empty()) return {.keys = keys};
    }
    for (const looked_up* other : {&from_credentials, &from_config}) {
        if (const std::string way = other_way(other->settings); !way.empty())
            return {.why_none =
                        who + way + " is not supported; give it keys, or use one of the other sources of credentials",
                    .broken = true};
    }
    const bool exists = from_credentials.found || from_config.found;
    std::string why = exists ? "has no keys" : "not in " + place.credentials_file + " or " + place.config_file;
    return {.why_none = who + why, .broken = place.profile_named};
}

awaitable<keys_result> profile_source::fetch() {
    profile_answer answer = read_profile(place_);
    if (!answer.keys) co_return no_keys{answer.why_none};
    co_return std::make_shared<const key_set>(key_set{std::move(*answer.keys)});
}

}  // namespace berth::s3
