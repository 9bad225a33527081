#include "app/make_driver.hpp"

#include "app/startup_error.hpp"
#include "s3/credentials/choose.hpp"
#include "storage/filesystem/filesystem_driver.hpp"
#include "storage/memory/memory_driver.hpp"
#include "storage/s3/s3_driver.hpp"
#include "storage/watched/watched_driver.hpp"

#include <cstdlib>

namespace berth::app {

namespace {

std::string environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value ? value : "";
}

std::shared_ptr<s3::credentials_provider> credentials_of(const config::s3_storage& settings,
                                                         const std::string& region) {
    s3::credentials_choice by;
    by.configured = {settings.access_key, settings.secret_key, {}};
    by.region = region;
    by.variable = environment;
    return s3::choose_credentials(by);
}

storage::s3_options s3_options_of(const config::s3_storage& settings) {
    storage::s3_options options;
    options.client.bucket = {settings.bucket, settings.region.empty() ? "us-east-1" : settings.region,
                             settings.region_endpoint, settings.secure, settings.force_path_style};
    options.client.bucket.dual_stack = settings.use_dual_stack;
    options.client.bucket.accelerate = settings.accelerate;
    options.client.bucket.fips = settings.use_fips_endpoint;
    options.client.redirect_endpoint = settings.redirect_endpoint;
    options.client.provider = credentials_of(settings, options.client.bucket.region);
    options.client.verify_certificate = !settings.skip_verify;
    if (settings.encrypt) options.client.sse = settings.key_id.empty() ? s3::encryption::aes256 : s3::encryption::kms;
    options.client.kms_key_id = settings.key_id;
    // STANDARD and private are what S3 does without being told; some stores refuse even these words.
    if (settings.storage_class != "STANDARD" && settings.storage_class != "NONE")
        options.client.storage_class = settings.storage_class;
    if (settings.object_acl != "private") options.client.acl = settings.object_acl;
    if (!settings.user_agent.empty()) options.client.user_agent = settings.user_agent;
    options.root_directory = settings.root_directory;
    options.memory_budget_bytes = settings.memory_budget_bytes;
    options.read = {settings.read_concurrency, settings.read_range_bytes};
    options.write.parts = s3::plan_parts(settings.chunk_bytes, settings.memory_budget_bytes);
    options.write.copy.threshold_bytes = settings.multipart_copy_threshold_bytes;
    options.write.copy.chunk_bytes = settings.multipart_copy_chunk_bytes;
    options.write.copy.max_concurrency = settings.multipart_copy_max_concurrency;
    return options;
}

}  // namespace

made_driver make_driver(const config::storage_settings& settings, s3::traffic* s3_traffic) {
    switch (settings.driver) {
        case config::storage_driver::inmemory:
            return {std::make_unique<storage::memory_driver>()};
        case config::storage_driver::filesystem: {
            storage::filesystem_driver::options options{settings.filesystem.root_directory,
                                                        settings.filesystem.max_threads};
            return {std::make_unique<storage::filesystem_driver>(std::move(options))};
        }
        case config::storage_driver::s3:
            break;
    }
    try {
        storage::s3_options options = s3_options_of(settings.s3);
        options.client.traffic = s3_traffic;
        const auto credentials = options.client.provider;
        auto driver = std::make_unique<storage::s3_driver>(std::move(options));
        if (settings.cache.blob.root_directory.empty()) return {std::move(driver), nullptr, credentials};
        storage::store_watch::options watch_options;
        if (s3_traffic) watch_options.signs_of_life = [s3_traffic] { return s3_traffic->arrivals.value(); };
        auto watched = std::make_unique<storage::watched_driver>(std::move(driver), std::move(watch_options));
        storage::store_watch& watch = watched->watch();
        return {std::move(watched), &watch, credentials};
    } catch (const std::invalid_argument& error) {
        throw startup_error{std::string{"storage.s3: "} + error.what()};
    }
}

}  // namespace berth::app
