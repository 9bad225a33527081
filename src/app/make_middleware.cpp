#include "app/make_middleware.hpp"

#include "app/startup_error.hpp"
#include "base/option_file.hpp"
#include "s3/uri.hpp"
#include "storage/linked/links.hpp"

namespace berth::app {

namespace {

using config::storage_middleware;

std::string key_prefix_of(const std::string& root_directory) {
    const std::string root = s3::without_slashes(root_directory);
    return root.empty() ? "" : root + '/';
}

storage::link_maker cloudfront(const storage_middleware& settings, const std::string& root_directory) {
    const option_file key{"middleware.storage: privatekey", settings.private_key};
    try {
        storage::cloudfront_options options;
        options.base_url = settings.base_url;
        options.key_prefix = key_prefix_of(root_directory);
        options.key_pair_id = settings.key_pair_id;
        options.private_key = key.read();
        options.duration = std::chrono::ceil<std::chrono::seconds>(settings.duration);
        return storage::cloudfront_links(options);
    } catch (const option_error& failure) {
        throw startup_error{failure.what()};
    } catch (const std::invalid_argument& failure) {
        throw startup_error{key.option + ": " + key.path + " " + failure.what()};
    }
}

storage::link_maker links_of(const storage_middleware& settings, const config::s3_storage& s3) {
    switch (settings.is) {
        case storage_middleware::kind::rewrite:
            return storage::rewritten_links({settings.scheme, settings.host, settings.trim_path_prefix});
        case storage_middleware::kind::cloudfront:
            return cloudfront(settings, s3.root_directory);
        case storage_middleware::kind::redirect:
            break;
    }
    return storage::redirect_links(settings.base_url);
}

}  // namespace

made_driver with_middleware(made_driver made, const config::configuration& config) {
    const bool is_s3 = config.storage.driver == config::storage_driver::s3;
    for (const storage_middleware& one : config.middleware) {
        if (!is_s3 && one.is != storage_middleware::kind::redirect) continue;
        made.driver =
            std::make_unique<storage::linked_driver>(std::move(made.driver), links_of(one, config.storage.s3));
    }
    return made;
}

}  // namespace berth::app
