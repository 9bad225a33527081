#include "config/check_redis.hpp"

#include "config/shapes.hpp"

namespace berth::config {

namespace {

struct without_effect {
    const char* key;
    const char* why;
};

constexpr const char* once = "a question is asked once, and the storage where it fails";
constexpr const char* no_cluster = "it is for clusters, and one redis is used";

constexpr without_effect ignored[] = {
    {"sentinelusername", "it is for sentinels, and one redis is used"},
    {"sentinelpassword", "it is for sentinels, and one redis is used"},
    {"protocol", "version 2 is spoken, which every redis knows"},
    {"maxretries", once},
    {"minretrybackoff", once},
    {"maxretrybackoff", once},
    {"contexttimeoutenabled", "readtimeout and writetimeout count"},
    {"poolfifo", "the connection that was used last is used next"},
    {"pooltimeout", "nobody waits for a connection: the storage is asked"},
    {"minidleconns", "connections are opened when they are needed"},
    {"connmaxlifetime", "connections are closed when they are idle for long"},
    {"maxredirects", no_cluster},
    {"readonly", no_cluster},
    {"routebylatency", no_cluster},
    {"routerandomly", no_cluster},
    {"disableidentity", "redis is not told which client this is, but for clientname"},
    {"identitysuffix", "redis is not told which client this is; write clientname"},
    {"unstableresp3", "version 2 is spoken, which every redis knows"},
};

}  // namespace

void check_redis(const node& root, const configuration& settings, report& report) {
    const node* given = root.find("redis");
    const bool is_given = given && !given->is_empty();
    if (!settings.storage.cache.shared_by_redis) {
        if (is_given)
            report.warning(given->from, "redis", "not used; write storage.cache.blobdescriptor: redis, or take it out");
        return;
    }
    const redis_settings& redis = settings.redis;
    const bool says_an_address = given && (given->says("addr") || given->says("addrs"));
    if (!says_an_address)
        report.error(given ? given->from : root.from, "redis.addr",
                     "missing though storage.cache.blobdescriptor is redis; write addr: HOST:PORT");
    if (!is_given) return;
    for (const std::string& one : redis.addresses)
        if (!is_listen_address(one))
            report.error(given->from, given->says("addrs") ? "redis.addrs" : "redis.addr",
                         "not an address; write HOST:PORT, for example 127.0.0.1:6379");
    if (redis.addresses.size() > 1)
        report.error(
            given->find("addrs")->from, "redis.addrs",
            "several mean a cluster, which is not supported; write one, or storage.cache.blobdescriptor: inmemory");
    if (given->says("mastername"))
        report.error(given->find("mastername")->from, "redis.mastername",
                     "sentinels are not supported; write the address of one redis, or take redis out of "
                     "storage.cache.blobdescriptor");
    if (redis.tls.certificate.empty() != redis.tls.key.empty()) {
        const char* const there = redis.tls.key.empty() ? "certificate" : "key";
        const char* const lacks = redis.tls.key.empty() ? "key" : "certificate";
        report.error(given->find_path(std::string{"tls."} + there)->from, std::string{"redis.tls."} + lacks,
                     std::string{"missing though "} + there + " is set; write both, or neither");
    }
    for (const auto& [key, why] : ignored)
        if (given->says(key))
            report.warning(given->find(key)->from, std::string{"redis."} + key, std::string{"ignored: "} + why);
}

}  // namespace berth::config
