#pragma once

#include "s3/credentials/source.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace berth::s3 {

/// The settings of one section of a file such as ~/.aws/credentials; names in lower case. Nothing when the file has no
/// such section. What is indented belongs to the line before it, and is passed over.
///
///     [default]
///     aws_access_key_id = AKIA...
std::optional<std::map<std::string, std::string>> parse_section(std::string_view text, std::string_view section);

/// Where AWS's tools keep keys.
struct profile_place {
    std::string credentials_file;
    std::string config_file;
    bool credentials_file_named = false;  ///< By the operator: then it must be there.
    bool config_file_named = false;
    std::string profile = "default";
    bool profile_named = false;
};

/// What a profile has.
struct profile_answer {
    std::optional<credentials> keys{};
    std::string why_none{};  ///< Where there are no keys.
    bool broken = false;     ///< The operator meant something else by it than that there are none.
};
/// Keys that stand in the two files, those of the credentials file before those of the config file. Profiles that only
/// say how to get keys (role_arn, credential_process, sso) are refused. Blocks for a moment.
profile_answer read_profile(const profile_place& place);

/// The keys of a profile. They have no known end, but another program may write new ones: so they are read again when
/// S3 refuses them.
class profile_source final : public credentials_source {
public:
    explicit profile_source(profile_place place) : place_{std::move(place)} {}

    std::string_view name() const override { return "profile"; }
    awaitable<keys_result> fetch() override;

private:
    const profile_place place_;
};

}  // namespace berth::s3
