#include "config/load.hpp"

#include "config/check_redis.hpp"
#include "config/choose_auth.hpp"
#include "config/keys.hpp"
#include "config/shapes.hpp"
#include "config/tree.hpp"
#include "config/unknown_keys.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace berth::config {

namespace {

constexpr std::array<std::pair<std::string_view, storage_driver>, 3> drivers{{
    {"filesystem", storage_driver::filesystem},
    {"s3", storage_driver::s3},
    {"inmemory", storage_driver::inmemory},
}};
constexpr std::array<std::string_view, 4> foreign_drivers = {"azure", "gcs", "oss", "swift"};

void choose_driver(const node& root, storage_settings& storage, report& report) {
    const node* given = root.find("storage");
    const origin where = given ? given->from : root.from;
    const node* first = nullptr;
    for (const auto& [name, driver] : drivers) {
        const node* found = given ? given->find(name) : nullptr;
        if (!found) continue;
        if (first) {
            // The one that came by the environment was most likely meant to replace the file's.
            const bool first_is_new = !first->from.variable.empty();
            const node& added = first_is_new ? *first : *found;
            report.error(added.from, "storage",
                         "two drivers, " + first->key + " and " + found->key +
                             "; keep one, or set REGISTRY_STORAGE=" + added.key + " to use that one alone");
            return;
        }
        first = found;
        storage.driver = driver;
    }
    const bool foreign =
        given && std::ranges::any_of(foreign_drivers, [&](std::string_view name) { return given->find(name); });
    if (first || foreign) return;
    const auto is_unknown = [](const node& child) {
        const std::string path = "storage." + child.key;
        return is_header_name(child.key) && !find_key(path) && !is_group(path);
    };
    const auto unknown = given ? std::ranges::find_if(given->children, is_unknown) : root.children.end();
    const bool misspelt = given && unknown != given->children.end();
    report.error(
        misspelt ? unknown->from : where, "storage",
        (misspelt ? unknown->key + " is no driver" : "no driver") + "; write s3, filesystem or inmemory below it");
}

// Something stands there; where it is of no use, that has been reported.
bool is_written(const node& map, std::string_view key) {
    const node* found = map.find(key);
    return found && !found->is_empty();
}

void check_s3(const node& given, s3_storage& s3, report& report) {
    const auto missing = [&](const char* key, const char* text) {
        if (is_written(given, key)) return;
        report.error(given.from, std::string{"storage.s3."} + key, text);
    };
    if (s3.bucket.empty()) missing("bucket", "missing; write the bucket's name");
    if (s3.region.empty() && s3.region_endpoint.empty()) missing("region", "missing; write one such as eu-central-1");
    if (s3.region.empty()) s3.region = "us-east-1";
    if (s3.access_key.empty() && !s3.secret_key.empty())
        missing("accesskey", "missing though secretkey is set; set both, or neither to use AWS_ACCESS_KEY_ID");
    if (s3.secret_key.empty() && !s3.access_key.empty())
        missing("secretkey", "missing though accesskey is set; set both, or neither to use AWS_ACCESS_KEY_ID");
    for (const auto& [key, is_set] : {std::pair{"usedualstack", s3.use_dual_stack},
                                      {"accelerate", s3.accelerate},
                                      {"usefipsendpoint", s3.use_fips_endpoint}})
        if (is_set && !s3.region_endpoint.empty())
            report.warning(given.find(key)->from, std::string{"storage.s3."} + key,
                           "has no effect with regionendpoint, which names the host");
    const bool has_no_name =
        s3.accelerate && (s3.use_fips_endpoint || s3.force_path_style || s3.bucket.find('.') != std::string::npos);
    if (has_no_name && s3.region_endpoint.empty())
        report.error(
            given.find("accelerate")->from, "storage.s3.accelerate",
            "AWS has no such host with usefipsendpoint, with forcepathstyle, or for a bucket with dots; write false");
    if (!s3.key_id.empty() && !s3.encrypt)
        report.warning(given.find("keyid")->from, "storage.s3.keyid", "has no effect without encrypt: true");
}

void check_disk_cache(const node& given, const disk_cache_settings& cache, report& report) {
    if (!cache.root_directory.empty() && cache.max_bytes == 0 && !is_written(given, "maxsize"))
        report.error(given.from, "storage.cache.blob.maxsize",
                     "missing; write how much of the disk it may take, for "
                     "example 100GiB");
    if (cache.root_directory.empty() && !is_written(given, "rootdirectory"))
        report.error(given.from, "storage.cache.blob.rootdirectory",
                     "missing; write a folder of its own on a fast disk");
}

// The two keys have to agree.
void check_http(const node& given, const http_settings& http, report& report) {
    const node* addr = given.find("addr");
    if (http.on_unix_socket == is_socket_path(http.addr)) return;
    if (addr && !addr->is_empty() && addr->text != http.addr) return;  // of no use, and that has been reported
    report.error(addr ? addr->from : given.from, "http.addr",
                 http.on_unix_socket ? "no path of a socket though net is unix; write one such as /run/berth.sock"
                                     : "the path of a socket; write net: unix as well, or an address as host:port");
}

// What says the same as leaving it out is no mistake: `berth config` prints it.
void check_tls(const node& given, const tls_settings& tls, report& report) {
    const auto has_no_effect = [&](const char* key, const char* without) {
        if (is_written(given, key))
            report.warning(given.find(key)->from, std::string{"http.tls."} + key,
                           std::string{"has no effect without "} + without);
    };
    if (tls.client_cas.empty() && tls.client_auth != tls_settings{}.client_auth)
        has_no_effect("clientauth", "clientcas");
    if (!tls.certificate.empty() && tls.key.empty() && !is_written(given, "key"))
        report.error(given.from, "http.tls.key",
                     "missing though certificate is set; write the file of its private key");
    if (!tls.certificate.empty() || is_written(given, "certificate")) return;
    for (const char* key : {"key", "clientcas"})
        if (is_written(given, key))
            report.error(given.from, "http.tls.certificate",
                         "missing though " + std::string{key} + " is set; write the certificate's file");
    if (tls.tls_1_3_only) has_no_effect("minimumtls", "certificate and key");
    if (!tls.cipher_suites.empty()) has_no_effect("ciphersuites", "certificate and key");
}

void check_validation(const node& root, const validation_settings& validation, report& report) {
    if (validation.platforms == validation_settings::children::list && validation.platform_list.empty())
        report.warning(root.find_path("validation.manifests.indexes.platforms")->from,
                       "validation.manifests.indexes.platformlist",
                       "missing though platforms is list, so that all count; write - {architecture: amd64, os: linux}");
}

// Where links are made for clients they are meant to follow them, unless the file says otherwise.
void check_middleware(const node& root, configuration& settings, report& report) {
    if (settings.middleware.empty()) return;
    const node* disabled = root.find_path("storage.redirect.disable");
    if (!disabled || disabled->is_empty()) settings.storage.redirect_disabled = false;
    const origin& where = root.find_path("middleware.storage")->from;
    if (settings.storage.redirect_disabled)
        report.warning(where, "middleware.storage", "has no effect with storage.redirect.disable: true");
    if (settings.storage.driver == storage_driver::s3) return;
    for (const storage_middleware& one : settings.middleware)
        if (one.is != storage_middleware::kind::redirect)
            report.warning(where, "middleware.storage", "cloudfront and rewrite have no effect without storage.s3");
}

void read_tree(const node& root, configuration& settings, report& report) {
    for (const key& known : all_keys())
        if (const node* given = root.find_path(known.path))
            known.read({*given, std::string{known.path}, report}, settings);
    if (!root.find("version")) report.error(root.from, "version", "missing; write version: 0.1");
    check_keys(root, report);
}

}  // namespace

bool loaded::usable() const {
    return std::ranges::none_of(findings, [](const finding& f) { return f.severity == severity::error; });
}

loaded load_text(std::string_view yaml, const std::string& file_name, const environment& environment) {
    loaded out;
    report report{file_name};
    auto root = parse_tree(yaml, {});
    if (!root) {
        report.error({root.error().line, {}}, {}, root.error().text);
    } else if (root->type == node::kind::null) {
        report.error({}, {}, "the file is empty; write at least version and storage");
    } else if (root->type != node::kind::map) {
        report.error(root->from, {}, "not a map of keys; write lines of the form key: value");
    } else {
        normalise_choices(*root);
        apply_environment(*root, environment, report);
        read_tree(*root, out.settings, report);
        choose_driver(*root, out.settings.storage, report);
        choose_auth(*root, out.settings.auth, report);
        if (const node* s3 = root->find_path("storage.s3"); s3 && out.settings.storage.driver == storage_driver::s3)
            check_s3(*s3, out.settings.storage.s3, report);
        if (const node* http = root->find_path("http")) check_http(*http, out.settings.http, report);
        if (const node* tls = root->find_path("http.tls")) check_tls(*tls, out.settings.http.tls, report);
        check_middleware(*root, out.settings, report);
        check_validation(*root, out.settings.validation, report);
        if (const node* blob = root->find_path("storage.cache.blob"); blob && !blob->is_empty())
            check_disk_cache(*blob, out.settings.storage.cache.blob, report);
        check_redis(*root, out.settings, report);
        out.given = std::move(*root);
    }
    out.findings = report.take();
    return out;
}

loaded load_file(const std::string& path, const environment& environment) {
    const auto failed = [&](const std::string& why) {
        return loaded{{}, {{severity::error, path, 0, {}, "cannot be read: " + why}}, {}};
    };
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return failed("it is a directory");
    std::ifstream file{path, std::ios::binary};
    if (!file) return failed(std::strerror(errno));
    std::ostringstream text;
    text << file.rdbuf();
    if (file.bad()) return failed(std::strerror(errno));
    return load_text(text.str(), path, environment);
}

}  // namespace berth::config
