#include "s3/credentials/choose.hpp"

#include "s3/credentials/container.hpp"
#include "s3/credentials/instance.hpp"
#include "s3/credentials/profile.hpp"
#include "s3/credentials/renewing_credentials.hpp"
#include "s3/credentials/web_identity.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <stdexcept>

namespace berth::s3 {

namespace {

// Each returns null where it is not set up, and says so in `passed_over`.
class chooser {
public:
    explicit chooser(const credentials_choice& by) : by_{by} {}

    std::shared_ptr<credentials_provider> choose() {
        if (auto found = configured()) return found;
        if (auto found = environment()) return found;
        if (auto found = profile()) return found;
        if (auto found = web_identity()) return found;
        if (auto found = container()) return found;
        return instance();
    }

private:
    std::string variable(const char* name) const { return by_.variable(name); }

    std::shared_ptr<credentials_provider> renewing(std::unique_ptr<credentials_source> source) const {
        return std::make_shared<renewing_credentials>(std::move(source), by_.clock);
    }

    std::shared_ptr<credentials_provider> configured() {
        if (!by_.configured.access_key.empty()) return std::make_shared<fixed_credentials>(by_.configured);
        passed_over_ = "accesskey is not set; ";
        return nullptr;
    }

    std::shared_ptr<credentials_provider> environment() {
        const credentials keys{variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"),
                               variable("AWS_SESSION_TOKEN")};
        if (keys.access_key.empty() != keys.secret_key.empty())
            throw std::invalid_argument{"one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set, the other is not"};
        if (!keys.access_key.empty()) return std::make_shared<fixed_credentials>(keys);
        passed_over_ += "AWS_ACCESS_KEY_ID is not set; ";
        return nullptr;
    }

    std::shared_ptr<credentials_provider> profile() {
        profile_place place;
        const std::string home = variable("HOME");
        place.credentials_file = variable("AWS_SHARED_CREDENTIALS_FILE");
        place.credentials_file_named = !place.credentials_file.empty();
        if (!place.credentials_file_named) place.credentials_file = home + "/.aws/credentials";
        place.config_file = variable("AWS_CONFIG_FILE");
        place.config_file_named = !place.config_file.empty();
        if (!place.config_file_named) place.config_file = home + "/.aws/config";
        place.profile_named = !variable("AWS_PROFILE").empty();
        if (place.profile_named) place.profile = variable("AWS_PROFILE");

        const profile_answer answer = read_profile(place);
        if (answer.broken) throw std::invalid_argument{answer.why_none};
        if (answer.keys) return renewing(std::make_unique<profile_source>(place));
        passed_over_ += answer.why_none + "; ";
        return nullptr;
    }

    std::shared_ptr<credentials_provider> web_identity() {
        web_identity_source::settings settings;
        settings.token_file = variable("AWS_WEB_IDENTITY_TOKEN_FILE");
        settings.role_arn = variable("AWS_ROLE_ARN");
        if (settings.token_file.empty()) {
            passed_over_ += "AWS_WEB_IDENTITY_TOKEN_FILE is not set; ";
            return nullptr;
        }
        if (settings.role_arn.empty())
            throw std::invalid_argument{"AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not"};
        if (auto name = variable("AWS_ROLE_SESSION_NAME"); !name.empty()) settings.session_name = name;
        settings.region = by_.region;
        for (const char* name : {"AWS_DEFAULT_REGION", "AWS_REGION"})
            if (auto region = variable(name); !region.empty()) settings.region = region;
        settings.endpoint_url = variable("AWS_ENDPOINT_URL_STS");
        settings.clock = by_.clock;
        return renewing(std::make_unique<web_identity_source>(std::move(settings)));
    }

    std::shared_ptr<credentials_provider> container() {
        container_source::settings settings;
        settings.relative_uri = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        settings.full_uri = variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        if (settings.relative_uri.empty() && settings.full_uri.empty()) {
            passed_over_ += "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not set; ";
            return nullptr;
        }
        settings.token = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        settings.token_file = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
        settings.clock = by_.clock;
        return renewing(std::make_unique<container_source>(std::move(settings)));
    }

    std::shared_ptr<credentials_provider> instance() {
        if (boost::iequals(variable("AWS_EC2_METADATA_DISABLED"), "true"))
            throw std::invalid_argument{"no keys: " + passed_over_ +
                                        "AWS_EC2_METADATA_DISABLED is true; set REGISTRY_STORAGE_S3_ACCESSKEY and "
                                        "REGISTRY_STORAGE_S3_SECRETKEY, or give this machine a role"};
        instance_source::settings settings;
        if (boost::iequals(variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"), "IPv6"))
            settings.endpoint_url = "http://[fd00:ec2::254]";
        if (auto url = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT"); !url.empty()) settings.endpoint_url = url;
        settings.timeout = by_.metadata_timeout;
        settings.clock = by_.clock;
        settings.otherwise = passed_over_;
        return renewing(std::make_unique<instance_source>(std::move(settings)));
    }

    const credentials_choice& by_;
    std::string passed_over_;
};

}  // namespace

std::shared_ptr<credentials_provider> choose_credentials(const credentials_choice& by) {
    return chooser{by}.choose();
}

}  // namespace berth::s3
