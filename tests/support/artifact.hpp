#pragma once

#include "oci/digest.hpp"
#include "storage/layout.hpp"
#include "support/run.hpp"

#include <string>

namespace berth::test {

/// The bytes of an image manifest that refers to `subject`; its only blob is the config "{}". `more` goes behind the
/// other members: `,"annotations":{"a":"b"}`.
inline std::string artifact(const oci::digest& subject, const std::string& type, const std::string& more = {}) {
    return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":")" + type +
           R"(","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":")" + oci::digest::of("{}").str() +
           R"(","size":2},"layers":[],"subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":")" +
           subject.str() + R"(","size":1})" + more + "}";
}

/// The bytes of an index that lists `child`.
inline std::string index_of(const oci::digest& child, const std::string& more = {}) {
    return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":)"
           R"("application/vnd.oci.image.manifest.v1+json","digest":")" +
           child.str() + R"(","size":1}])" + more + "}";
}

/// Lays a manifest into the store as registry:2 does, which knows no referrers, and returns its digest.
inline oci::digest store_manifest(storage::driver& driver, const oci::repository_name& name, const std::string& bytes,
                                  hash_function algorithm = hash_function::sha256) {
    const oci::digest digest = oci::digest::of(bytes, algorithm);
    run(driver.put(storage::layout::blob_data(digest), bytes));
    run(driver.put(storage::layout::revision_link(name, digest), digest.str()));
    return digest;
}

}  // namespace berth::test
