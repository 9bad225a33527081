#include "config/keys.hpp"

#include "config/load.hpp"

#include <gtest/gtest.h>

#include <set>

namespace berth::config {
namespace {

loaded load_s3(const std::string& key) {
    return load_text("version: 0.1\nstorage: {s3: {region: r, bucket: b, " + key + "}}\n", "f", {});
}

loaded load_inmemory(const std::string& text) {
    return load_text("version: 0.1\nstorage: inmemory\n" + text, "f", {});
}

loaded load_storage(const std::string& key) {
    return load_text("version: 0.1\nstorage: {inmemory: {}, " + key + "}\n", "f", {});
}

void expect_refused(const loaded& result) {
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.findings[0].severity, severity::error);
}

void expect_warned(const loaded& result) {
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.findings[0].severity, severity::warning) << result.findings[0].str();
}

void expect_silent(const loaded& result) {
    for (const finding& f : result.findings) ADD_FAILURE() << f.str();
}

TEST(keys, are_each_there_once_and_none_is_a_group_of_others) {
    std::set<std::string_view> seen;
    for (const key& k : all_keys()) {
        EXPECT_TRUE(seen.insert(k.path).second) << k.path;
        EXPECT_FALSE(is_group(k.path)) << k.path;
    }
}

TEST(keys, say_what_leaving_them_out_means) {
    for (const key& k : all_keys()) {
        if (k.fallback.empty()) continue;
        SCOPED_TRACE(k.path);
        const auto written = parse_tree(k.fallback, {});
        ASSERT_TRUE(written);
        report report{"f"};
        configuration settings;
        k.read({*written, std::string{k.path}, report}, settings);
        EXPECT_EQ(settings, configuration{});
        EXPECT_TRUE(report.take().empty());
    }
}

TEST(keys, refuse_what_would_let_others_do_more_or_put_bytes_elsewhere) {
    for (const char* text :
         {"auth: {htpasswd: {realm: r}}", "auth: {htpasswd: {path: p}}", "auth: {none: , token: {issuer: i}}",
          "http: {tls: {clientcas: [c]}}", "proxy: {remoteurl: https://registry.example}",
          "middleware: {repository: [{name: own}]}"}) {
        SCOPED_TRACE(text);
        expect_refused(load_inmemory(text));
    }
    expect_refused(load_s3("v4auth: false"));
    for (const char* driver : {"azure", "gcs", "oss", "swift"})
        expect_refused(load_text("version: 0.1\nstorage: {" + std::string{driver} + ": }", "f", {}));
}

TEST(keys, name_exactly_one_way_to_find_out_who_asks) {
    const auto silly = load_inmemory("auth: {silly: {realm: r, service: s}}");
    expect_silent(silly);
    EXPECT_EQ(silly.settings.auth, (auth_settings{auth_kind::silly, {"r", "s"}, {}}));
    const auto htpasswd = load_inmemory("auth: {htpasswd: {realm: r, path: p}}");
    expect_silent(htpasswd);
    EXPECT_EQ(htpasswd.settings.auth, (auth_settings{auth_kind::htpasswd, {}, {"r", "p"}}));
    EXPECT_EQ(load_inmemory("auth: none").settings.auth, auth_settings{});
    for (const char* text :
         {"auth: {ldap: {}}", "auth: [none]", "auth: {none: , silly: {realm: r, service: s}}", "auth: silly",
          "auth: {silly: {realm: r}}", "auth: {silly: {realm: '', service: s}}", "auth: {silly: {service: s}}",
          "auth: {silly: {realm: \"a\\nb\", service: s}}", "auth: yes"}) {
        SCOPED_TRACE(text);
        EXPECT_FALSE(load_inmemory(text).usable());
    }
}

TEST(keys, of_tokens_say_who_gives_them_out_and_how_they_are_checked) {
    const auto least = load_inmemory(
        "auth: {token: {realm: 'https://t.example/token', service: s, issuer: i, rootcertbundle: /b.pem}}");
    expect_silent(least);
    const token_auth& token = least.settings.auth.token;
    EXPECT_EQ(least.settings.auth.kind, auth_kind::token);
    EXPECT_EQ(token.realm, "https://t.example/token");
    EXPECT_EQ(token.service, "s");
    EXPECT_EQ(token.issuer, "i");
    EXPECT_EQ(token.root_cert_bundle, "/b.pem");
    EXPECT_EQ(token.auto_redirect_path, "/auth/token/");
    EXPECT_TRUE(token.signing_algorithms.empty() && token.jwks.empty() && !token.auto_redirect);

    const auto more = load_inmemory(
        "auth: {token: {service: s, issuer: i, jwks: /k.json, autoredirect: true, autoredirectpath: /t, "
        "signingalgorithms: [ES256, RS256]}}");
    expect_silent(more);
    EXPECT_EQ(more.settings.auth.token.jwks, "/k.json");
    EXPECT_EQ(more.settings.auth.token.auto_redirect_path, "/t");
    EXPECT_EQ(more.settings.auth.token.signing_algorithms, (std::vector<std::string>{"ES256", "RS256"}));
    EXPECT_TRUE(more.settings.auth.token.auto_redirect);
}

TEST(keys, of_tokens_are_refused_where_one_is_missing_or_of_no_use) {
    for (const char* keys :
         {"", "service: s, issuer: i, rootcertbundle: /b.pem", "realm: 'http://t', issuer: i, rootcertbundle: /b.pem",
          "realm: 'http://t', service: s, rootcertbundle: /b.pem", "realm: 'http://t', service: s, issuer: i",
          "realm: 'http://t', service: s, issuer: '', rootcertbundle: /b.pem",
          "realm: t, service: s, issuer: i, rootcertbundle: /b.pem",
          "realm: 'http://t', service: s, issuer: i, rootcertbundle: /b.pem, autoredirectpath: t",
          "realm: 'http://t', service: s, issuer: i, rootcertbundle: /b.pem, signingalgorithms: RS256"}) {
        SCOPED_TRACE(keys);
        EXPECT_FALSE(load_inmemory("auth: {token: {" + std::string{keys} + "}}").usable());
    }
}

TEST(keys, of_tokens_warn_of_algorithms_for_shared_secrets) {
    const auto result = load_inmemory(
        "auth: {token: {realm: 'http://t', service: s, issuer: i, jwks: /k, signingalgorithms: [HS256, RS256]}}");
    EXPECT_TRUE(result.usable());
    EXPECT_EQ(result.findings.size(), 1U);
}

TEST(keys, of_the_environment_name_a_way_to_find_out_who_asks) {
    const std::string yaml = "version: 0.1\nstorage: inmemory\n";
    const environment silly{
        {"REGISTRY_AUTH", "silly"}, {"REGISTRY_AUTH_SILLY_REALM", "r"}, {"REGISTRY_AUTH_SILLY_SERVICE", "s"}};
    for (const char* file : {"", "auth: none\n", "auth: ''\n", "auth: {ldap: {x: y}}\n"}) {
        const auto result = load_text(yaml + file, "f", silly);
        expect_silent(result);
        EXPECT_EQ(result.settings.auth, (auth_settings{auth_kind::silly, {"r", "s"}, {}}));
    }
    expect_refused(load_text(yaml + "auth: {none: }\n", "f", {{"REGISTRY_AUTH_SILLY_REALM", "r"}}));
}

TEST(keys, warn_of_what_is_only_missing) {
    for (const char* text : {"redis: {addr: x}", "http: {h2c: {enabled: true}}", "http: {http2: {disabled: false}}",
                             "log: {hooks: [{type: mail}]}", "log: {reportcaller: true}",
                             "reporting: {bugsnag: {apikey: x}}", "compatibility: {schema1: {enabled: true}}"}) {
        SCOPED_TRACE(text);
        expect_warned(load_inmemory(text));
    }
    expect_warned(load_s3("loglevel: debugwithsigning"));
}

TEST(keys, read_the_operators_own_health_checks) {
    const loaded result = load_inmemory(
        "health: {file: [{file: /x, threshold: 2}], tcp: [{addr: 'a:1', timeout: 1s}], "
        "http: [{uri: 'http://a/', statuscode: 204, headers: {X-A: [b]}}]}");
    expect_silent(result);
    const health_settings& health = result.settings.health;
    ASSERT_EQ(health.files.size() + health.tcps.size() + health.https.size(), 3U);
    EXPECT_EQ(health.files[0].target, "/x");
    EXPECT_EQ(health.files[0].threshold, 2U);
    EXPECT_EQ(health.tcps[0].timeout, std::chrono::seconds{1});
    EXPECT_EQ(health.https[0].status, 204U);
    EXPECT_EQ(health.https[0].headers.size(), 1U);
    for (const char* wrong :
         {"file: [{interval: 1s}]", "http: [{uri: x}]", "tcp: [{addr: x}]", "file: /x",
          "http: [{uri: 'http://u:p@a/'}]", "http: [{uri: 'http://a/', headers: {A: [\"b\\nc\"]}}]"})
        EXPECT_FALSE(load_inmemory("health: {" + std::string{wrong} + "}").usable()) << wrong;
}

TEST(keys, take_the_zeros_of_a_health_check_as_registry_2_does_and_a_query_in_its_address) {
    const loaded result = load_inmemory(
        "health: {file: [{file: /x, interval: 0s}], "
        "http: [{uri: 'http://a/health?full=1', statuscode: 0, timeout: 0s, interval: 0s, threshold: 0}]}");
    expect_silent(result);
    const health_check usual;
    const health_settings& health = result.settings.health;
    ASSERT_EQ(health.files.size() + health.https.size(), 2U);
    EXPECT_EQ(health.files[0].interval, usual.interval);
    EXPECT_EQ(health.https[0].target, "http://a/health?full=1");
    EXPECT_EQ(health.https[0].status, usual.status);
    EXPECT_EQ(health.https[0].timeout, usual.timeout);
    EXPECT_EQ(health.https[0].interval, usual.interval);
}

TEST(keys, read_tls) {
    const loaded result = load_inmemory(
        "http: {tls: {certificate: c.pem, key: k.pem, minimumtls: TLS1.3, "
        "ciphersuites: [TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA]}}");
    expect_silent(result);
    const tls_settings& tls = result.settings.http.tls;
    EXPECT_EQ(tls.certificate, "c.pem");
    EXPECT_EQ(tls.key, "k.pem");
    EXPECT_TRUE(tls.tls_1_3_only);
    EXPECT_EQ(tls.cipher_suites.size(), 2U);
    const auto with_files = [](const std::string& more) {
        return load_inmemory("http: {tls: {certificate: c, key: k, " + more + "}}");
    };
    expect_silent(with_files("minimumtls: tls1.2"));
    EXPECT_FALSE(with_files("minimumtls: tls1.2").settings.http.tls.tls_1_3_only);
    expect_warned(with_files("minimumtls: tls1.0"));
    EXPECT_FALSE(with_files("minimumtls: tls1.0").settings.http.tls.tls_1_3_only);
    expect_refused(with_files("minimumtls: '1.3'"));
    expect_refused(with_files("ciphersuites: [TLS_RSA_WITH_ROT13]"));
    expect_refused(load_inmemory("http: {tls: {certificate: c}}"));
    expect_refused(load_inmemory("http: {tls: {key: k}}"));
    expect_silent(load_inmemory("http: {tls: {certificate: '', key: ''}}"));
    expect_warned(load_inmemory("http: {tls: {minimumtls: tls1.3}}"));
}

TEST(keys, read_how_clients_show_who_they_are) {
    const auto with = [](const std::string& more) {
        return load_inmemory("http: {tls: {certificate: c, key: k, clientcas: [a.pem, b.pem], " + more + "}}");
    };
    for (const auto& [word, required, verified] : {std::tuple{"", true, true},
                                                   {"clientauth: require-and-verify-client-cert", true, true},
                                                   {"clientauth: verify-client-cert-if-given", false, true},
                                                   {"clientauth: require-any-client-cert", true, false},
                                                   {"clientauth: request-client-cert", false, false}}) {
        SCOPED_TRACE(word);
        const loaded result = with(word);
        expect_silent(result);
        EXPECT_EQ(result.settings.http.tls.client_cas, (std::vector<std::string>{"a.pem", "b.pem"}));
        EXPECT_EQ(result.settings.http.tls.client_auth.required, required);
        EXPECT_EQ(result.settings.http.tls.client_auth.verified, verified);
    }
    expect_refused(with("clientauth: none"));
    expect_warned(load_inmemory("http: {tls: {certificate: c, key: k, clientauth: request-client-cert}}"));
}

TEST(keys, say_what_to_use_in_the_place_of_lets_encrypt) {
    const std::string section = "letsencrypt: {cachefile: /x, email: a@b.test, hosts: [b.test]}";
    expect_refused(load_inmemory("http: {tls: {" + section + "}}"));
    expect_warned(load_inmemory("http: {tls: {" + section + ", certificate: c, key: k}}"));
}

TEST(keys, read_endpoints_of_notifications) {
    const auto loaded = load_inmemory(
        "notifications: {endpoints: [{name: a, url: 'http://x:1/e', threshold: 0, timeout: 0s, ignoredmediatypes: [t], "
        "ignore: {mediatypes: [u], actions: [pull]}}]}");
    ASSERT_EQ(loaded.settings.notifications.endpoints.size(), 1u);
    const auto& one = loaded.settings.notifications.endpoints.front();
    EXPECT_EQ(one.threshold, 10u);
    EXPECT_EQ(one.timeout, std::chrono::seconds{1});
    EXPECT_EQ(one.ignored_media_types, (std::vector<std::string>{"t", "u"}));
    EXPECT_EQ(one.ignored_actions, std::vector<std::string>{"pull"});
    expect_refused(load_inmemory("notifications: {endpoints: [{name: a}]}"));
    expect_refused(load_inmemory("notifications: {endpoints: [{name: a, url: 'ftp://x/'}]}"));
    expect_refused(load_inmemory("notifications: {endpoints: [{name: a, url: 'http://u:p@x/'}]}"));
    expect_warned(load_inmemory("notifications: {endpoints: [{name: a, url: 'http://x/', treshold: 3}]}"));
}

TEST(keys, read_middleware_of_the_storage) {
    const auto s3 = [](const std::string& entries) {
        return load_text(
            "version: 0.1\nstorage: {s3: {region: r, bucket: b}}\nmiddleware: {storage: [" + entries + "]}\n", "f", {});
    };
    const loaded result =
        s3("{name: redirect, options: {baseurl: 'https://cdn.example/x'}}, {name: own, disabled: true}, "
           "{name: cloudfront, options: {baseurl: d1.cloudfront.example, privatekey: /k.pem, keypairid: K, duration: "
           "60m}}, "
           "{name: rewrite, options: {scheme: http, host: h, trimpathprefix: /p}}");
    expect_silent(result);
    const auto& made = result.settings.middleware;
    ASSERT_EQ(made.size(), 3u);
    EXPECT_EQ(made[0].base_url, "https://cdn.example/x");
    EXPECT_EQ(made[1].base_url, "https://d1.cloudfront.example");
    EXPECT_EQ(made[1].duration, std::chrono::hours{1});
    EXPECT_EQ(made[2].trim_path_prefix, "/p");
    EXPECT_FALSE(result.settings.storage.redirect_disabled) << "links are there to be followed";

    expect_silent(s3("{name: own, disabled: true}"));
    EXPECT_TRUE(s3("{name: own, disabled: true}").settings.storage.redirect_disabled);
    for (const char* wrong : {"{name: own}", "{name: redirect}", "{name: redirect, options: {baseurl: 'ftp://x'}}",
                              "{name: cloudfront, options: {baseurl: h, keypairid: K}}",
                              "{name: cloudfront, options: {baseurl: h, privatekey: /k}}"})
        EXPECT_FALSE(s3(wrong).usable()) << wrong;
    const std::string redirect = "[{name: redirect, options: {baseurl: 'https://h'}}]";
    const loaded off = load_text(
        "version: 0.1\nstorage: {inmemory: {}, redirect: {disable: true}}\nmiddleware: {storage: " + redirect + "}\n",
        "f", {});
    expect_warned(off);
    EXPECT_TRUE(off.settings.storage.redirect_disabled);
    expect_silent(load_inmemory("middleware: {storage: " + redirect + "}"));
    expect_warned(load_inmemory("middleware: {storage: [{name: rewrite, options: {host: h}}]}"));
}

TEST(keys, read_which_of_s3s_names_to_use) {
    const loaded result = load_s3("usedualstack: true, usefipsendpoint: true, redirectendpoint: 'https://s3.example'");
    expect_silent(result);
    EXPECT_TRUE(result.settings.storage.s3.use_dual_stack);
    EXPECT_TRUE(result.settings.storage.s3.use_fips_endpoint);
    EXPECT_EQ(result.settings.storage.s3.redirect_endpoint, "https://s3.example");
    EXPECT_TRUE(load_s3("accelerate: true").settings.storage.s3.accelerate);
    expect_silent(load_s3("loglevel: 'off'"));
    expect_warned(load_s3("regionendpoint: 'http://h', accelerate: true"));
    expect_refused(load_s3("accelerate: true, usefipsendpoint: true"));
    expect_refused(load_s3("accelerate: true, forcepathstyle: true"));
    for (const char* wrong : {"s3.example", "https://s3.example/path", "https://s3.example?x", "ftp://s3.example"})
        expect_refused(load_s3("redirectendpoint: '" + std::string{wrong} + "'"));
}

TEST(keys, read_how_many_tags_are_read_at_once) {
    EXPECT_EQ(load_storage("tag: {concurrencylimit: 8}").settings.storage.tag_reads_at_once, 8u);
    EXPECT_EQ(load_storage("tag: {concurrencylimit: 0}").settings.storage.tag_reads_at_once, 16u) << "as registry:2";
    expect_refused(load_storage("tag: {concurrencylimit: -1}"));
}

TEST(keys, read_which_classes_may_be_pushed) {
    const loaded result = load_inmemory("policy: {repository: {classes: [image, plugin]}}");
    expect_silent(result);
    EXPECT_EQ(result.settings.policy.classes, (std::vector<std::string>{"image", "plugin"}));
    expect_warned(load_inmemory("policy: {repository: {classes: [images]}}"));
    expect_refused(load_inmemory("policy: {repository: {classes: image}}"));
}

TEST(keys, read_when_abandoned_uploads_go) {
    EXPECT_TRUE(load_inmemory("").settings.storage.upload_purging.enabled);
    const loaded result =
        load_storage("maintenance: {uploadpurging: {enabled: 'true', age: 2h, interval: 30m, dryrun: yes}}");
    expect_silent(result);
    const upload_purging_settings& purging = result.settings.storage.upload_purging;
    EXPECT_TRUE(purging.enabled);
    EXPECT_EQ(purging.age, std::chrono::hours{2});
    EXPECT_EQ(purging.interval, std::chrono::minutes{30});
    EXPECT_TRUE(purging.dry_run);
    expect_warned(load_storage("maintenance: {uploadpurging: {age: 1s}}"));
    expect_refused(load_storage("maintenance: {uploadpurging: {age: '168'}}"));
    expect_refused(load_storage("maintenance: {uploadpurging: {interval: 0s}}"));
}

TEST(keys, names_that_clients_may_call_a_registry_by) {
    EXPECT_TRUE(load_inmemory("").settings.http.allowed_hosts.empty());
    const auto result = load_inmemory("http: {allowedhosts: [registry.example, other]}");
    expect_silent(result);
    EXPECT_EQ(result.settings.http.allowed_hosts, (std::vector<std::string>{"registry.example", "other"}));
}

TEST(keys, collections_of_garbage_have_a_schedule_of_their_own) {
    EXPECT_FALSE(load_inmemory("").settings.storage.collection.enabled);
    const auto result = load_storage(
        "maintenance: {garbagecollection: {enabled: true, interval: 6h, deleteuntagged: true, grace: 1h, quarantine: "
        "0s, "
        "trashretention: 48h, dryrun: true}}");
    expect_silent(result);
    const collection_settings& read = result.settings.storage.collection;
    EXPECT_TRUE(read.enabled && read.delete_untagged && read.dry_run);
    EXPECT_EQ(read.interval, std::chrono::hours{6});
    EXPECT_EQ(read.grace, std::chrono::hours{1});
    EXPECT_EQ(read.quarantine, std::chrono::nanoseconds{0});
    EXPECT_EQ(read.trash_retention, std::chrono::hours{48});
    expect_refused(load_storage("maintenance: {garbagecollection: {interval: 0s}}"));
    expect_refused(load_storage("maintenance: {garbagecollection: {grace: -1h}}"));
}

TEST(keys, read_what_manifests_may_name) {
    const loaded result = load_inmemory(
        "validation: {disabled: true, manifests: {urls: {allow: ['^https://a/', b], deny: [c]}, "
        "indexes: {platforms: List, platformlist: [{architecture: arm64, os: linux}]}}}");
    expect_silent(result);
    const validation_settings& validation = result.settings.validation;
    EXPECT_TRUE(validation.disabled);
    EXPECT_FALSE(validation.enabled);
    EXPECT_EQ(validation.allowed_urls, (std::vector<std::string>{"^https://a/", "b"}));
    EXPECT_EQ(validation.denied_urls, std::vector<std::string>{"c"});
    EXPECT_EQ(validation.platforms, validation_settings::children::list);
    EXPECT_EQ(validation.platform_list, (std::vector<index_platform>{{"arm64", "linux"}}));
    const auto indexes = [](const std::string& more) {
        return load_inmemory("validation: {manifests: {indexes: {" + more + "}}}");
    };
    expect_warned(indexes("platforms: list"));
    expect_refused(indexes("platforms: some"));
    expect_refused(indexes("platforms: list, platformlist: [{os: linux}]"));
}

TEST(keys, say_which_expression_is_none_and_why) {
    const loaded result =
        load_inmemory("validation:\n  manifests:\n    urls:\n      deny:\n      - fine\n      - 'a(b'\n");
    expect_refused(result);
    EXPECT_EQ(result.findings[0].key, "validation.manifests.urls.deny[1]");
    EXPECT_EQ(result.findings[0].line, 8);
    EXPECT_NE(result.findings[0].text.find("missing )"), std::string::npos) << result.findings[0].text;
    expect_refused(load_inmemory("validation: {manifests: {urls: {allow: x}}}"));
}

TEST(keys, are_silent_where_the_default_is_written_out) {
    for (const char* text :
         {"auth: none", "auth: {none: {}}", "auth: ", "auth: {}", "http: {net: tcp, prefix: /, host: '', tls: {}}",
          "http: {http2: {disabled: true}}", "proxy: {}", "proxy: {remoteurl: ''}", "middleware: {registry: []}",
          "redis: ", "notifications: {events: {includereferences: true}, endpoints: []}",
          "validation: {disabled: true}", "compatibility: {schema1: {enabled: false, signingkeyfile: x}}",
          "policy: {repository: {classes: [image]}}", "catalog: {maxentries: 100}", "tags: {maxtags: 100}",
          "log: {reportcaller: false, hooks: []}", "http: "}) {
        SCOPED_TRACE(text);
        expect_silent(load_inmemory(text));
    }
    expect_silent(load_storage("delete: {enabled: false}"));
    expect_silent(load_storage("maintenance: {uploadpurging: {enabled: false}, readonly: {enabled: false}}"));
    expect_silent(
        load_storage("maintenance: {uploadpurging: {enabled: true, age: 168h, interval: 24h, dryrun: false}}"));
    expect_silent(load_storage("tag: {concurrencylimit: 16}"));
    expect_silent(load_storage("cache: {blobdescriptor: none}"));
}

TEST(keys, say_what_clients_may_do) {
    const configuration usual = load_inmemory("http: ").settings;
    EXPECT_FALSE(usual.storage.delete_enabled);
    EXPECT_FALSE(usual.storage.read_only);
    EXPECT_FALSE(usual.validation.sparse_enabled);
    EXPECT_TRUE(load_storage("delete: {enabled: true}").settings.storage.delete_enabled);
    EXPECT_TRUE(load_storage("maintenance: {readonly: {enabled: true}}").settings.storage.read_only);
    EXPECT_TRUE(load_inmemory("validation: {sparse: {enabled: true}}").settings.validation.sparse_enabled);
    EXPECT_FALSE(load_inmemory("validation: {disabled: true}").settings.validation.sparse_enabled);
}

TEST(keys, hold_the_bounds_of_s3) {
    expect_silent(load_s3("chunksize: 5242880"));
    expect_silent(load_s3("chunksize: 5368709120"));
    expect_silent(load_s3("chunksize: '0x500000'"));
    expect_silent(load_s3("multipartcopythresholdsize: 0"));
    for (const char* key :
         {"chunksize: 5242879", "chunksize: 5368709121", "chunksize: -1", "chunksize: 10MiB", "chunksize: 1e7",
          "chunksize: []", "chunksize: 99999999999999999999", "multipartcopychunksize: 1",
          "multipartcopymaxconcurrency: 0", "multipartcopythresholdsize: 5368709121"}) {
        SCOPED_TRACE(key);
        expect_refused(load_s3(key));
    }
}

TEST(keys, read_numbers_from_texts_and_in_hexadecimal) {
    EXPECT_EQ(load_s3("chunksize: \"6291456\"").settings.storage.s3.chunk_bytes, 6 * mib);
    EXPECT_EQ(load_s3("chunksize: 0x600000").settings.storage.s3.chunk_bytes, 6 * mib);
}

TEST(keys, hold_s3s_words) {
    EXPECT_EQ(load_s3("storageclass: standard_ia").settings.storage.s3.storage_class, "STANDARD_IA");
    EXPECT_EQ(load_s3("objectacl: public-read").settings.storage.s3.object_acl, "public-read");
    expect_refused(load_s3("storageclass: GOLD"));
    expect_refused(load_s3("objectacl: everyone"));
    expect_refused(load_s3("encrypt: maybe"));
    expect_refused(load_s3("regionendpoint: 'host:port'"));
    expect_warned(load_s3("keyid: k"));
    expect_silent(load_s3("keyid: k, encrypt: true"));
}

TEST(keys, raise_too_few_threads_as_the_reference_does) {
    const loaded result = load_text("version: 0.1\nstorage: {filesystem: {maxthreads: 10}}", "f", {});
    expect_warned(result);
    EXPECT_EQ(result.settings.storage.filesystem.max_threads, 25U);
}

TEST(keys, need_a_unit_in_a_duration) {
    for (const char* interval : {"10", "ten", "0s", "-1s", "[]"})
        expect_refused(load_inmemory("health: {storagedriver: {interval: " + std::string{interval} + "}}"));
}

TEST(keys, hold_headers_that_can_be_sent) {
    expect_silent(load_inmemory("http: {headers: {X-A: [a, b], X-B: []}}"));
    expect_refused(load_inmemory("http: {headers: {X-A: a}}"));
    expect_refused(load_inmemory("http: {headers: {X-A: [[a]]}}"));
    expect_refused(load_inmemory("http: {headers: [X-A]}"));
    expect_refused(load_inmemory("http: {headers: {'X A': [a]}}"));
    expect_refused(load_inmemory("http: {headers: {X-A: [\"a\\r\\nb\"]}}"));
}

}  // namespace
}  // namespace berth::config
