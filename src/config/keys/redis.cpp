#include "config/key_readers.hpp"
#include "config/keys/tables.hpp"

namespace berth::config {

namespace {

using enum key::kind;
using namespace key_readers;

template <auto member>
void redis(const value& v, configuration& c) {
    v.read(c.redis.*member);
}

template <auto member>
void unless_zero(const value& v, configuration& c) {
    read_unless_zero(v, c.redis.*member);
}

template <auto member>
void number_unless_zero(const value& v, configuration& c) {
    read_unless_zero(v, c.redis.*member, {.max = 10'000});
}

void address(const value& v, configuration& c) {
    std::string one;
    v.read(one);
    if (!one.empty()) c.redis.addresses = {one};
}

// clang-format off
const key table[] = {
    {"redis.addr", single, "", address},
    {"redis.addrs", subtree, "", [](const value& v, configuration& c) { v.read(c.redis.addresses); }},
    {"redis.username", single, "", redis<&redis_settings::username>},
    {"redis.password", secret, "", redis<&redis_settings::password>},
    {"redis.db", single, "0", [](const value& v, configuration& c) { v.read(c.redis.database, {.max = 1'000'000}); }},
    {"redis.clientname", single, "", redis<&redis_settings::client_name>},
    {"redis.dialtimeout", single, "1s", unless_zero<&redis_settings::dial_timeout>},
    {"redis.readtimeout", single, "500ms", unless_zero<&redis_settings::read_timeout>},
    {"redis.writetimeout", single, "500ms", unless_zero<&redis_settings::write_timeout>},
    {"redis.pool.maxidle", single, "16", number_unless_zero<&redis_settings::max_idle>},
    {"redis.pool.maxactive", single, "64", number_unless_zero<&redis_settings::max_active>},
    {"redis.pool.idletimeout", single, "5m", unless_zero<&redis_settings::idle_timeout>},
    {"redis.maxidleconns", single, "", number_unless_zero<&redis_settings::max_idle>},
    {"redis.poolsize", single, "", number_unless_zero<&redis_settings::max_active>},
    {"redis.maxactiveconns", single, "", number_unless_zero<&redis_settings::max_active>},
    {"redis.connmaxidletime", single, "", unless_zero<&redis_settings::idle_timeout>},
    {"redis.tls.certificate", single, "", [](const value& v, configuration& c) { v.read(c.redis.tls.certificate); }},
    {"redis.tls.key", single, "", [](const value& v, configuration& c) { v.read(c.redis.tls.key); }},
    {"redis.tls.rootcas", subtree, "", [](const value& v, configuration& c) { v.read(c.redis.tls.root_cas); }},
    // What becomes of these is said by check_redis, where redis is used at all.
    {"redis.mastername", single, "", nothing},
    {"redis.sentinelusername", single, "", nothing},
    {"redis.sentinelpassword", secret, "", nothing},
    {"redis.protocol", single, "", nothing},
    {"redis.maxretries", single, "", nothing},
    {"redis.minretrybackoff", single, "", nothing},
    {"redis.maxretrybackoff", single, "", nothing},
    {"redis.contexttimeoutenabled", single, "", nothing},
    {"redis.poolfifo", single, "", nothing},
    {"redis.pooltimeout", single, "", nothing},
    {"redis.minidleconns", single, "", nothing},
    {"redis.connmaxlifetime", single, "", nothing},
    {"redis.maxredirects", single, "", nothing},
    {"redis.readonly", single, "", nothing},
    {"redis.routebylatency", single, "", nothing},
    {"redis.routerandomly", single, "", nothing},
    {"redis.disableidentity", single, "", nothing},
    {"redis.identitysuffix", single, "", nothing},
    {"redis.unstableresp3", single, "", nothing},
};
// clang-format on

}  // namespace

std::span<const key> redis_keys() {
    return table;
}

}  // namespace berth::config
