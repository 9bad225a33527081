#include "config/key_readers.hpp"
#include "config/keys/tables.hpp"
#include "config/shapes.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <array>

namespace berth::config {

namespace {

using enum key::kind;
using namespace key_readers;

constexpr std::array<std::string_view, 9> storage_classes = {"NONE",        "STANDARD",   "REDUCED_REDUNDANCY",
                                                             "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING",
                                                             "OUTPOSTS",    "GLACIER_IR", "EXPRESS_ONEZONE"};

constexpr std::array<std::string_view, 7> canned_acls = {"private",
                                                         "public-read",
                                                         "public-read-write",
                                                         "aws-exec-read",
                                                         "authenticated-read",
                                                         "bucket-owner-read",
                                                         "bucket-owner-full-control"};

template <auto member>
void s3(const value& v, configuration& c) {
    v.read(c.storage.s3.*member);
}

template <auto member, std::uint64_t min, std::uint64_t max>
void s3_number(const value& v, configuration& c) {
    v.read(c.storage.s3.*member, {min, max, min == 5 * mib ? "S3's smallest part" : "the smallest value"});
}

void storage_class(const value& v, configuration& c) {
    std::string name = c.storage.s3.storage_class;
    v.read(name);
    boost::to_upper(name);
    if (std::ranges::find(storage_classes, name) == storage_classes.end())
        return v.refuse("unknown storage class; write STANDARD, or NONE to send none");
    c.storage.s3.storage_class = name;
}

void object_acl(const value& v, configuration& c) {
    std::string name = c.storage.s3.object_acl;
    v.read(name);
    if (std::ranges::find(canned_acls, name) == canned_acls.end())
        return v.refuse("not one of S3's canned ACLs; write private");
    c.storage.s3.object_acl = name;
}

void v4auth(const value& v, configuration&) {
    bool on = true;
    v.read(on);
    if (!on) v.refuse("signature version 2 is not supported; write true");
}

void log_level(const value& v, configuration&) {
    std::string level;
    v.read(level);
    if (!level.empty() && !boost::iequals(level, "off"))
        v.warn("ignored: the log never shows whole requests; log.level: debug says what S3 is asked again, and why");
}

// clang-format off
const key table[] = {
    {"storage.s3.accesskey", secret, "", s3<&s3_storage::access_key>},
    {"storage.s3.secretkey", secret, "", s3<&s3_storage::secret_key>},
    {"storage.s3.region", single, "", [](const value& v, configuration& c) {
         v.read_shape(c.storage.s3.region, is_region, "a region such as eu-central-1");
     }},
    {"storage.s3.regionendpoint", single, "", [](const value& v, configuration& c) {
         v.read_shape(c.storage.s3.region_endpoint, is_endpoint, "host, host:port or http://host:port");
         // registry:2 of version 2 does so; version 3 wants it said, and saying it works here as well.
         c.storage.s3.force_path_style = !c.storage.s3.region_endpoint.empty();
     }},
    {"storage.s3.forcepathstyle", single, "false", s3<&s3_storage::force_path_style>},
    {"storage.s3.bucket", single, "", [](const value& v, configuration& c) {
         v.read_shape(c.storage.s3.bucket, is_bucket, "the bucket's name alone");
     }},
    {"storage.s3.encrypt", single, "false", s3<&s3_storage::encrypt>},
    {"storage.s3.keyid", single, "", s3<&s3_storage::key_id>},
    {"storage.s3.secure", single, "true", s3<&s3_storage::secure>},
    {"storage.s3.skipverify", single, "false", s3<&s3_storage::skip_verify>},
    {"storage.s3.v4auth", single, "true", v4auth},
    {"storage.s3.chunksize", single, "10485760", s3_number<&s3_storage::chunk_bytes, 5 * mib, 5 * gib>},
    {"storage.s3.readconcurrency", single, "48", s3_number<&s3_storage::read_concurrency, 1, 256>},
    {"storage.s3.readrangesize", single, "2097152", s3_number<&s3_storage::read_range_bytes, 256 * kib, 64 * mib>},
    {"storage.s3.memorybudget", single, "134217728", s3_number<&s3_storage::memory_budget_bytes, 16 * mib, 1024 * gib>},
    {"storage.s3.multipartcopychunksize", single, "33554432",
     s3_number<&s3_storage::multipart_copy_chunk_bytes, 5 * mib, 5 * gib>},
    {"storage.s3.multipartcopymaxconcurrency", single, "100",
     s3_number<&s3_storage::multipart_copy_max_concurrency, 1, 10000>},
    {"storage.s3.multipartcopythresholdsize", single, "33554432",
     s3_number<&s3_storage::multipart_copy_threshold_bytes, 0, 5 * gib>},
    {"storage.s3.rootdirectory", single, "", s3<&s3_storage::root_directory>},
    {"storage.s3.storageclass", single, "STANDARD", storage_class},
    {"storage.s3.objectacl", single, "private", object_acl},
    {"storage.s3.useragent", single, "", [](const value& v, configuration& c) {
         v.read_shape(c.storage.s3.user_agent, is_header_value, "a text without control characters");
     }},
    {"storage.s3.loglevel", single, "off", log_level},
    {"storage.s3.usedualstack", single, "false", s3<&s3_storage::use_dual_stack>},
    {"storage.s3.accelerate", single, "false", s3<&s3_storage::accelerate>},
    {"storage.s3.usefipsendpoint", single, "false", s3<&s3_storage::use_fips_endpoint>},
    {"storage.s3.redirectendpoint", single, "", [](const value& v, configuration& c) {
         v.read_shape(c.storage.s3.redirect_endpoint, is_origin, "https://HOST or https://HOST:PORT, without a path");
     }},
};
// clang-format on

}  // namespace

std::span<const key> s3_keys() {
    return table;
}

}  // namespace berth::config
