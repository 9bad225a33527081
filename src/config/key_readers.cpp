#include "config/key_readers.hpp"

#include "config/shapes.hpp"

#include <boost/algorithm/string/case_conv.hpp>

#include <algorithm>
#include <array>

namespace berth::config::key_readers {

namespace {

constexpr std::uint64_t min_filesystem_threads = 25;  // registry:2 raises a lower number to this one.

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

constexpr const char* ignored = "not supported yet, ignored";
constexpr const char* refused = "not supported yet, and ignoring it would do other than you mean; take it out";

bool is_true(const value& v) {
    bool on = false;
    v.read(on);
    return on;
}

}  // namespace

void nothing(const value&, configuration&) {}

void version(const value& v, configuration&) {
    std::string number;
    v.read(number);
    if (number != "0.1") v.refuse("only version 0.1 is known; write version: 0.1");
}

void log_level(const value& v, configuration& c) {
    using berth::log::level;
    v.read_choice(c.log.threshold, {{"error", level::error},
                                    {"warn", level::warn},
                                    {"info", level::info},
                                    {"debug", level::debug},
                                    {"", c.log.threshold}});
}

void log_formatter(const value& v, configuration& c) {
    using berth::log::format;
    v.read_choice(c.log.style,
                  {{"text", format::text}, {"json", format::json}, {"logstash", format::logstash}, {"", c.log.style}});
}

void access_log_disabled(const value& v, configuration& c) {
    c.log.access_log = !is_true(v);
}

void max_threads(const value& v, configuration& c) {
    std::uint64_t& threads = c.storage.filesystem.max_threads;
    v.read(threads, {});
    if (threads >= min_filesystem_threads) return;
    v.warn("too few; " + std::to_string(min_filesystem_threads) + " are used");
    threads = min_filesystem_threads;
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

void cache(const value& v, configuration& c) {
    std::string kind;
    v.read(kind);
    if (kind == "redis") return v.refuse("redis is not supported yet; write inmemory");
    auto& lifetime = c.storage.cache.lifetime;
    v.read_choice(lifetime, {{"inmemory", lifetime}, {"", lifetime}, {"none", std::chrono::nanoseconds{0}}});
}

void redirect_disable(const value& v, configuration& c) {
    if (v.tree().type == node::kind::null) return;
    c.storage.redirect_disabled = is_true(v);
}

void headers(const value& v, configuration& c) {
    v.read(c.http.headers);
    for (const auto& [name, texts] : c.http.headers) {
        if (!is_header_name(name)) v.refuse("one of its names cannot be a header's name");
        if (!std::ranges::all_of(texts, is_header_value))
            v.refuse("one of its values holds a line break or another control character");
    }
}

void net(const value& v, configuration&) {
    std::string kind;
    v.read(kind);
    if (!kind.empty() && kind != "tcp") v.refuse("only tcp is supported; write net: tcp, or take it out");
}

void prefix(const value& v, configuration&) {
    std::string path;
    v.read(path);
    if (!path.empty() && path != "/") v.refuse("not supported yet; only / is, so take it out");
}

void auth(const value& v, configuration&) {
    const node& given = v.tree();
    const bool none = given.text == "none" || (given.children.size() == 1 && given.find("none"));
    const bool absent = given.text.empty() && given.children.empty();
    if (!none && !absent)
        v.refuse("only auth: none is supported yet, with which everyone who reaches the port may push and pull");
}

void warn_if_given(const value& v, configuration&) {
    if (!v.is_empty()) v.warn(ignored);
}

void warn_if_true(const value& v, configuration&) {
    if (is_true(v)) v.warn(ignored);
}

void refuse_if_given(const value& v, configuration&) {
    if (!v.is_empty()) v.refuse(refused);
}

void refuse_if_true(const value& v, configuration&) {
    if (is_true(v)) v.refuse(refused);
}

void refuse_driver(const value& v, configuration&) {
    v.refuse("this storage driver is not supported; use s3, filesystem or inmemory");
}

}  // namespace berth::config::key_readers
