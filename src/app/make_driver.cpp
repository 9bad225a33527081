#include "app/make_driver.hpp"

#include "app/startup_error.hpp"
#include "storage/filesystem/filesystem_driver.hpp"
#include "storage/memory/memory_driver.hpp"
#include "storage/s3/s3_driver.hpp"

#include <cstdlib>

namespace berth::app {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

s3::credentials credentials_of(const config::s3_storage& settings) {
    s3::credentials keys{settings.access_key, settings.secret_key, {}};
    if (keys.access_key.empty())
        keys = {environment("AWS_ACCESS_KEY_ID"), environment("AWS_SECRET_ACCESS_KEY"),
                environment("AWS_SESSION_TOKEN")};
    if (keys.access_key.empty() || keys.secret_key.empty())
        throw startup_error{
            "storage.s3: no keys for bucket " + settings.bucket +
            "; set REGISTRY_STORAGE_S3_ACCESSKEY and REGISTRY_STORAGE_S3_SECRETKEY, or AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY"};
    return keys;
}

storage::s3_options s3_options_of(const config::s3_storage& settings) {
    storage::s3_options options;
    options.client.bucket = {settings.bucket, settings.region.empty() ? "us-east-1" : settings.region,
                             settings.region_endpoint, settings.secure, settings.force_path_style};
    options.client.keys = credentials_of(settings);
    options.client.verify_certificate = !settings.skip_verify;
    if (settings.encrypt) options.client.sse = settings.key_id.empty() ? s3::encryption::aes256 : s3::encryption::kms;
    options.client.kms_key_id = settings.key_id;
    // STANDARD and private are what S3 does without being told; some stores refuse even these words.
    if (settings.storage_class != "STANDARD" && settings.storage_class != "NONE")
        options.client.storage_class = settings.storage_class;
    if (settings.object_acl != "private") options.client.acl = settings.object_acl;
    if (!settings.user_agent.empty()) options.client.user_agent = settings.user_agent;
    options.root_directory = settings.root_directory;
    options.write.chunk_bytes = settings.chunk_bytes;
    options.write.copy.threshold_bytes = settings.multipart_copy_threshold_bytes;
    options.write.copy.chunk_bytes = settings.multipart_copy_chunk_bytes;
    options.write.copy.max_concurrency = settings.multipart_copy_max_concurrency;
    return options;
}

}  // namespace

std::unique_ptr<storage::driver> make_driver(const config::storage_settings& settings) {
    switch (settings.driver) {
        case config::storage_driver::inmemory:
            return std::make_unique<storage::memory_driver>();
        case config::storage_driver::filesystem: {
            storage::filesystem_driver::options options{settings.filesystem.root_directory,
                                                        settings.filesystem.max_threads};
            return std::make_unique<storage::filesystem_driver>(std::move(options));
        }
        case config::storage_driver::s3:
            break;
    }
    try {
        return std::make_unique<storage::s3_driver>(s3_options_of(settings.s3));
    } catch (const std::invalid_argument& error) {
        throw startup_error{std::string{"storage.s3: "} + error.what()};
    }
}

}  // namespace berth::app
