#pragma once

#include "api/gate.hpp"
#include "api/known_hosts.hpp"
#include "api/route.hpp"
#include "auth/controller.hpp"
#include "http/message.hpp"
#include "notify/notifier.hpp"
#include "registry/blob_store.hpp"
#include "registry/catalog.hpp"
#include "registry/image_warmer.hpp"
#include "registry/manifest_store.hpp"
#include "registry/prefetcher.hpp"
#include "registry/referrer_store.hpp"
#include "registry/tag_store.hpp"
#include "registry/upload_store.hpp"

#include <functional>
#include <string>

namespace berth::api {

/// The distribution API as an http::handler. Stateless: all state is in the stores. Thread-safe.
///
/// Lifetime: the stores outlive the service, the service its running requests.
class service {
public:
    struct stores {
        registry::blob_store& blobs;
        registry::upload_store& uploads;
        registry::manifest_store& manifests;
        registry::referrer_store& referrers;
        registry::tag_store& tags;
        registry::catalog& catalog;
        registry::image_warmer* warmer = nullptr;  ///< null: this node has no disk cache.
        registry::prefetcher* ahead = nullptr;     ///< null: nothing is fetched before a client asks.
    };
    struct options {
        permissions granted;
        std::optional<known_hosts> hosts;        ///< By which it may be called; nothing: by any.
        auth::controller* controller = nullptr;  ///< Finds out who asks and what they may do; null: everybody, all.
        /// Answer a blob GET with 307 to a presigned URL of the store, where it has such a thing.
        bool redirect_blobs = false;
        /// Location headers: "http://host" as configured; empty: as the client addressed us; relative: a path only.
        std::string external_url;
        std::string prefix;  ///< "/registry": stands before all paths but /; empty: nothing does.
        bool relative_urls = false;
        /// False while the storage is known to be away: every request is answered with 503. Empty: never asked.
        std::function<bool()> is_healthy;
        /// Reads are tried even then: this node has answers of its own.
        bool reads_without_store = false;
        /// True while one of the operator's own health checks fails: then every request but those of the node itself
        /// is answered with 503, whatever could be served. Empty: never asked.
        std::function<bool()> is_taken_out;
        std::size_t max_catalog_entries = 1000;  ///< Of a page; a larger `n` is refused, as in registry:2.
        std::size_t max_tags_entries = 1000;     ///< Of a page; a larger `n` gets that many and a Link.
        /// Called once it is known what a request is for, before it is answered. Empty: nobody wants to know.
        std::function<void(http::request&, resource)> on_route;
        notify::notifier* events = nullptr;  ///< Who is told what clients did; null: nobody.
    };

    service(stores stores, options options) : stores_{stores}, options_{std::move(options)} {}

    /// Answers one request; never throws but when it is cancelled.
    awaitable<http::response> handle(http::request& request);

private:
    awaitable<http::response> dispatch(http::request& request, const route& where);
    awaitable<auth::verdict> ask_controller(const http::request& request, std::span<const auth::access> wanted) const;
    awaitable<bool> may_pull(const http::request& request, const oci::repository_name& name) const;
    awaitable<std::optional<http::response>> refuse_stranger(http::request& request, const route& where) const;
    awaitable<std::optional<oci::repository_name>> in_namespace(const http::request& request,
                                                                const oci::repository_name& name, const route& where);
    awaitable<http::response> serve(http::request& request, const oci::repository_name& name, const route& where);

    http::response moved_to_base(const http::request& request) const;
    bool is_refused_as_unhealthy(const http::request& request, resource what) const;
    http::response base() const;

    awaitable<http::response> manifest(http::request& request, const oci::repository_name& name, const route& where);
    awaitable<http::response> get_manifest(http::request& request, const oci::repository_name& name,
                                           const route& where);
    awaitable<http::response> put_manifest(http::request& request, const oci::repository_name& name,
                                           const route& where);
    awaitable<http::response> delete_manifest(http::request& request, const oci::repository_name& name,
                                              const route& where);

    awaitable<http::response> referrers(const oci::repository_name& name, const route& where);

    awaitable<http::response> blob(http::request& request, const oci::repository_name& name, const route& where);
    awaitable<http::response> get_blob(http::request& request, const oci::repository_name& name,
                                       const oci::digest& digest);
    awaitable<http::response> get_whole_blob(http::request& request, const oci::repository_name& name,
                                             const oci::digest& digest);
    awaitable<oci::outcome<http::response>> answer_blob(http::request& request, const oci::repository_name& name,
                                                        const registry::blob& what);

    awaitable<http::response> uploads(http::request& request, const oci::repository_name& name, const route& where);
    awaitable<http::response> upload(http::request& request, const oci::repository_name& name, const route& where);
    awaitable<std::optional<http::response>> mount(http::request& request, const oci::repository_name& name,
                                                   const route& where);
    awaitable<http::response> refuse_chunk(http::request& request, const oci::repository_name& name,
                                           const std::string& uuid, const oci::error& why);
    awaitable<http::response> finish_upload(http::request& request, registry::upload_store::lease held,
                                            const oci::digest& digest);

    awaitable<http::response> tags(http::request& request, const oci::repository_name& name, const route& where);
    awaitable<http::response> catalog(http::request& request, const route& where);

    awaitable<http::response> warm(http::request& request, const route& where);
    awaitable<http::response> pins();
    awaitable<http::response> unpin(const route& where);

    // What notifications say; only called where options_.events is not null.
    void tell(const http::request& request, notify::action what, notify::target target) const;
    // One request that did it to several.
    void tell(const http::request& request, notify::action what, std::vector<notify::target> targets) const;
    notify::target event_target(const http::request& request, const oci::repository_name& name,
                                const oci::digest& digest, std::uint64_t size_bytes) const;
    notify::target event_target(const http::request& request, const oci::repository_name& name,
                                const oci::digest& digest, const std::string& manifest) const;

    /// `path`, "/v2/...", as a Location header says it to this client.
    std::string url_for(const http::request& request, const std::string& path) const;

    stores stores_;
    const options options_;
};

}  // namespace berth::api
