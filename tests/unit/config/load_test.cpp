#include "config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace berth::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

std::vector<std::string> lines(const loaded& result) {
    std::vector<std::string> out;
    for (const finding& f : result.findings) out.push_back(f.str());
    return out;
}

// The configuration of the fleet this program was written for, with all the keys it sets.
const std::string fleet = R"(version: 0.1
log:
  fields:
    service: registry
storage:
  s3:
    region: eu-central-1
    bucket: XXXXX-registry
    encrypt: true
    secure: true
    v4auth: true
    chunksize: 5242880
    multipartcopychunksize: 33554432
    multipartcopymaxconcurrency: 100
    multipartcopythresholdsize: 33554432
  cache:
    blobdescriptor: inmemory
http:
  addr: :5000
  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
)";

std::string s3_with(const std::string& line) {
    return "version: 0.1\nstorage:\n  s3:\n    region: r\n    bucket: b\n    " + line + "\n";
}

std::string inmemory_with(const std::string& text) {
    return "version: 0.1\nstorage:\n  inmemory:\n" + text;
}

TEST(load, reads_the_fleets_file_without_a_finding) {
    const loaded result = load_text(fleet, "config.yml", {});
    EXPECT_THAT(lines(result), IsEmpty());
    const configuration& c = result.settings;
    EXPECT_THAT(c.log.fields, ElementsAre(Pair("service", "registry")));
    EXPECT_EQ(c.storage.driver, storage_driver::s3);
    EXPECT_EQ(c.storage.s3.region, "eu-central-1");
    EXPECT_EQ(c.storage.s3.bucket, "XXXXX-registry");
    EXPECT_TRUE(c.storage.s3.encrypt);
    EXPECT_TRUE(c.storage.s3.secure);
    EXPECT_FALSE(c.storage.s3.force_path_style);
    EXPECT_EQ(c.storage.s3.chunk_bytes, 5 * mib);
    EXPECT_EQ(c.storage.cache.entries, 10000U);
    EXPECT_EQ(c.storage.cache.lifetime, std::chrono::seconds{60});
    EXPECT_TRUE(c.storage.redirect_disabled);
    EXPECT_EQ(c.http.addr, ":5000");
    EXPECT_THAT(c.http.headers, ElementsAre(Pair("X-Content-Type-Options", ElementsAre("nosniff"))));
    EXPECT_TRUE(c.health.enabled);
    EXPECT_EQ(c.health.interval, std::chrono::seconds{10});
    EXPECT_EQ(c.health.threshold, 3U);
}

TEST(load, takes_the_fleets_environment_too) {
    const loaded result = load_text(fleet, "config.yml",
                                    {{"REGISTRY_STORAGE_S3_ACCESSKEY", "AK"},
                                     {"REGISTRY_STORAGE_S3_SECRETKEY", "SK"},
                                     {"REGISTRY_STORAGE_S3_REGIONENDPOINT", "127.0.0.1:7480"},
                                     {"REGISTRY_STORAGE_S3_SECURE", "false"},
                                     {"REGISTRY_STORAGE_S3_BUCKET", "other"},
                                     {"REGISTRY_HTTP_ADDR", "127.0.0.1:5501"}});
    EXPECT_THAT(lines(result), IsEmpty());
    EXPECT_EQ(result.settings.storage.s3.access_key, "AK");
    EXPECT_EQ(result.settings.storage.s3.secret_key, "SK");
    EXPECT_EQ(result.settings.storage.s3.region_endpoint, "127.0.0.1:7480");
    EXPECT_TRUE(result.settings.storage.s3.force_path_style);
    EXPECT_FALSE(result.settings.storage.s3.secure);
    EXPECT_EQ(result.settings.storage.s3.bucket, "other");
    EXPECT_EQ(result.settings.http.addr, "127.0.0.1:5501");
}

TEST(load, reads_its_own_default_without_a_finding) {
    const loaded result = load_text(default_yaml(), "default", {});
    EXPECT_THAT(lines(result), IsEmpty());
    EXPECT_EQ(result.settings.storage.driver, storage_driver::filesystem);
    EXPECT_EQ(result.settings.storage.filesystem.root_directory, "berth-data");
    EXPECT_EQ(result.settings.http.addr, "127.0.0.1:5500");
    EXPECT_EQ(result.settings.storage.cache.lifetime, std::chrono::seconds{60});
}

TEST(load, has_the_defaults_of_the_reference_registry) {
    const configuration c = load_text(s3_with(""), "f", {}).settings;
    EXPECT_EQ(c.storage.s3.chunk_bytes, 10 * mib);
    EXPECT_EQ(c.storage.s3.multipart_copy_chunk_bytes, 32 * mib);
    EXPECT_EQ(c.storage.s3.multipart_copy_max_concurrency, 100U);
    EXPECT_EQ(c.storage.s3.multipart_copy_threshold_bytes, 32 * mib);
    EXPECT_EQ(c.storage.s3.storage_class, "STANDARD");
    EXPECT_EQ(c.storage.s3.object_acl, "private");
    EXPECT_TRUE(c.storage.s3.secure);
    EXPECT_FALSE(c.storage.s3.encrypt);
    EXPECT_EQ(c.storage.filesystem.root_directory, "/var/lib/registry");
    EXPECT_EQ(c.storage.filesystem.max_threads, 100U);
    EXPECT_EQ(c.storage.cache.lifetime, std::chrono::seconds{60});
    EXPECT_EQ(c.storage.cache.manifest_bytes, 16 * mib);
    EXPECT_EQ(c.log.threshold, berth::log::level::info);
    EXPECT_EQ(c.log.style, berth::log::format::text);
    EXPECT_TRUE(c.log.access_log);
    EXPECT_FALSE(c.health.enabled);
    EXPECT_EQ(c.http.debug.addr, "");
    EXPECT_FALSE(c.http.debug.prometheus_enabled);
    EXPECT_EQ(c.http.debug.prometheus_path, "/metrics");
}

TEST(load, says_file_line_key_and_what_to_write) {
    EXPECT_THAT(lines(load_text(s3_with("chunksize: 1000"), "config.yml", {})),
                ElementsAre("config.yml:6: storage.s3.chunksize: 1000 is below S3's smallest part; write 5242880 or "
                            "more"));
}

TEST(load, reads_the_other_sections) {
    const loaded result = load_text(inmemory_with(R"(  redirect:
    disable: true
  cache:
    layerinfo: inmemory
    blobdescriptorsize: 0
    lifetime: 5s
    manifestsize: 1048576
http:
  host: https://registry.example:444
  relativeurls: yes
  secret: 0123
  draintimeout: 1m30s
  debug:
    addr: 127.0.0.1:5001
    prometheus:
      enabled: true
      path: /counts
log:
  level: debug
  formatter: logstash
  accesslog:
    disabled: true
)"),
                                    "f", {});
    EXPECT_THAT(lines(result), IsEmpty());
    const configuration& c = result.settings;
    EXPECT_EQ(c.storage.driver, storage_driver::inmemory);
    EXPECT_EQ(c.storage.redirect_disabled, true);
    EXPECT_EQ(c.storage.cache.entries, 0U);
    EXPECT_EQ(c.storage.cache.lifetime, std::chrono::seconds{5});
    EXPECT_EQ(c.storage.cache.manifest_bytes, 1 * mib);
    EXPECT_EQ(c.http.host, "https://registry.example:444");
    EXPECT_TRUE(c.http.relative_urls);
    EXPECT_EQ(c.http.secret, "0123");
    EXPECT_EQ(c.http.drain_timeout, std::chrono::seconds{90});
    EXPECT_EQ(c.http.debug.addr, "127.0.0.1:5001");
    EXPECT_TRUE(c.http.debug.prometheus_enabled);
    EXPECT_EQ(c.http.debug.prometheus_path, "/counts");
    EXPECT_EQ(c.log.threshold, berth::log::level::debug);
    EXPECT_EQ(c.log.style, berth::log::format::logstash);
    EXPECT_FALSE(c.log.access_log);
}

TEST(load, remembers_of_no_blob_where_the_file_wants_no_descriptor_cache) {
    const auto lifetime = [](const std::string& keys) {
        return load_text(inmemory_with("  cache: {" + keys + "}\n"), "f", {}).settings.storage.cache.lifetime;
    };
    EXPECT_EQ(lifetime("blobdescriptor: none"), std::chrono::seconds{0});
    EXPECT_EQ(lifetime("blobdescriptor: inmemory"), std::chrono::seconds{60});
    EXPECT_EQ(lifetime("lifetime: 3s, blobdescriptor: none"), std::chrono::seconds{3});
}

TEST(load, takes_loglevel_where_log_level_is_absent) {
    using berth::log::level;
    EXPECT_EQ(load_text(inmemory_with("loglevel: error\n"), "f", {}).settings.log.threshold, level::error);
    EXPECT_EQ(load_text(inmemory_with("log: {level: warn}\nloglevel: error\n"), "f", {}).settings.log.threshold,
              level::warn);
}

TEST(load, knows_s3aws_and_a_driver_without_keys) {
    const loaded alias = load_text("version: 0.1\nstorage: {s3aws: {region: r, bucket: b}}", "f", {});
    EXPECT_THAT(lines(alias), IsEmpty());
    EXPECT_EQ(alias.settings.storage.s3.bucket, "b");
    const loaded word = load_text("version: 0.1\nstorage: inmemory", "f", {});
    EXPECT_THAT(lines(word), IsEmpty());
    EXPECT_EQ(word.settings.storage.driver, storage_driver::inmemory);
}

TEST(load, needs_exactly_one_driver) {
    EXPECT_FALSE(load_text("version: 0.1\n", "f", {}).usable());
    EXPECT_FALSE(load_text("version: 0.1\nstorage: {cache: {blobdescriptor: inmemory}}\n", "f", {}).usable());
    EXPECT_FALSE(load_text("version: 0.1\nstorage: {inmemory: {}, filesystem: {}}\n", "f", {}).usable());
    EXPECT_THAT(lines(load_text("version: 0.1\nstorage: {gcs: {bucket: b}}\n", "f", {})), SizeIs(1));
}

TEST(load, names_what_is_written_where_a_driver_should_be) {
    const loaded result = load_text("version: 0.1\nstorage:\n  filesytem: {}\n", "c.yml", {});
    EXPECT_FALSE(result.usable());
    EXPECT_THAT(lines(result), testing::Contains(testing::StartsWith("c.yml:3: storage: filesytem is no driver")));
}

TEST(load, says_how_to_replace_the_files_driver_by_the_environments) {
    const std::string file = "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /x\n";
    const loaded both = load_text(file, "f", {{"REGISTRY_STORAGE_S3_BUCKET", "b"}});
    EXPECT_FALSE(both.usable());
    EXPECT_THAT(lines(both), ElementsAre(HasSubstr("REGISTRY_STORAGE=s3")));
    const loaded other_way = load_text(s3_with(""), "f", {{"REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", "/x"}});
    EXPECT_THAT(lines(other_way), ElementsAre(HasSubstr("REGISTRY_STORAGE=filesystem")));
    const loaded replaced = load_text(
        file, "f",
        {{"REGISTRY_STORAGE", "s3"}, {"REGISTRY_STORAGE_S3_BUCKET", "b"}, {"REGISTRY_STORAGE_S3_REGION", "r"}});
    EXPECT_THAT(lines(replaced), IsEmpty());
    EXPECT_EQ(replaced.settings.storage.s3.bucket, "b");
}

TEST(load, checks_what_s3_needs) {
    const auto usable = [](const std::string& s3) {
        return load_text("version: 0.1\nstorage: {s3: {" + s3 + "}}", "f", {}).usable();
    };
    EXPECT_TRUE(usable("bucket: b, region: r"));
    EXPECT_TRUE(usable("bucket: b, regionendpoint: host"));
    EXPECT_TRUE(usable("bucket: b, region: r, accesskey: a, secretkey: s"));
    EXPECT_FALSE(usable("region: r"));
    EXPECT_FALSE(usable("bucket: b"));
    EXPECT_FALSE(usable("bucket: b, region: r, accesskey: a"));
    EXPECT_FALSE(usable("bucket: b, region: r, secretkey: s"));
    EXPECT_EQ(
        load_text("version: 0.1\nstorage: {s3: {bucket: b, regionendpoint: host}}", "f", {}).settings.storage.s3.region,
        "us-east-1");
}

TEST(load, needs_version_0_1) {
    EXPECT_FALSE(load_text("storage: inmemory", "f", {}).usable());
    EXPECT_FALSE(load_text("version: 0.2\nstorage: inmemory", "f", {}).usable());
    EXPECT_FALSE(load_text("version:\nstorage: inmemory", "f", {}).usable());
}

TEST(load, names_the_line_of_a_syntax_error) {
    const loaded result = load_text("version: 0.1\nstorage: inmemory: x\n", "f", {});
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.findings[0].severity, severity::error);
    EXPECT_EQ(result.findings[0].line, 2);
    EXPECT_THAT(result.findings[0].str(), Not(HasSubstr("\n")));
}

TEST(load, says_that_a_tab_is_the_trouble) {
    const loaded result = load_text("version: 0.1\nhttp:\n\taddr: :5000\n", "f", {});
    EXPECT_THAT(lines(result), ElementsAre(HasSubstr("tab")));
    EXPECT_EQ(result.findings[0].line, 3);
}

TEST(load, says_that_a_blank_is_missing_and_not_that_the_next_line_is_wrong) {
    const loaded result = load_text("version: 0.1\nstorage:\n  s3:\n    region:r\n    bucket: b\n", "f", {});
    ASSERT_THAT(result.findings, SizeIs(1));
    EXPECT_EQ(result.findings[0].line, 4);
    EXPECT_THAT(result.findings[0].text, HasSubstr("blank"));
}

TEST(load, names_the_line_of_a_word_without_a_colon) {
    for (const char* text : {"storage: {\ninmemory", "storage: [\nfoo", "version: 0.1\nstorage\nlog: x\n"}) {
        const auto result = load_text(text, "c.yml", {});
        EXPECT_THAT(lines(result), ElementsAre(HasSubstr("c.yml:"))) << text;
    }
}

TEST(load, says_that_the_indentation_is_the_trouble) {
    const loaded result =
        load_text("version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /x\n   maxthreads: 100\n", "f", {});
    ASSERT_THAT(result.findings, SizeIs(1));
    EXPECT_EQ(result.findings[0].line, 5);
    EXPECT_THAT(result.findings[0].text, HasSubstr("indented"));
}

TEST(load, follows_no_alias_without_end) {
    const auto holds_itself = load_text("version: 0.1\nstorage: &s {inmemory: *s}\n", "c.yml", {});
    EXPECT_THAT(lines(holds_itself), ElementsAre(HasSubstr("c.yml:2: more is nested or repeated here")));
    std::string laughs = "l0: &l0 [x,x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string name = "l" + std::to_string(i), one = "*l" + std::to_string(i - 1);
        laughs += name + ": &" + name + " [" + one;
        for (int repeated = 1; repeated < 10; ++repeated) laughs += "," + one;
        laughs += "]\n";
    }
    EXPECT_FALSE(load_text(laughs, "c.yml", {}).usable());
}

TEST(load, does_not_call_missing_what_is_only_wrong) {
    for (const char* storage : {"{s3: {region: r, bucket: [b]}}", "{s3: {region: 'a b', bucket: b}}",
                                "{inmemory: {}, cache: {blob: {rootdirectory: /x, maxsize: much}}}",
                                "{inmemory: {}, cache: {blob: {rootdirectory: x, maxsize: 1GiB}}}"}) {
        const loaded result = load_text(std::string{"version: 0.1\nstorage: "} + storage + "\n", "f", {});
        EXPECT_FALSE(result.usable()) << storage;
        EXPECT_THAT(lines(result), ElementsAre(Not(HasSubstr("missing")))) << storage;
    }
}

TEST(load, refuses_an_empty_text_and_one_that_is_no_map) {
    for (const char* text : {"", "\n# nothing\n", "- a\n- b\n", "word"}) {
        const loaded result = load_text(text, "f", {});
        EXPECT_FALSE(result.usable()) << text;
        EXPECT_EQ(result.findings.size(), 1U) << text;
    }
}

TEST(load_file, reads_a_file) {
    const auto path = std::filesystem::path{testing::TempDir()} / "berth_load_test.yml";
    std::ofstream{path} << s3_with("chunksize: 1");
    const loaded result = load_file(path.string(), {});
    EXPECT_THAT(lines(result), ElementsAre(HasSubstr(path.string() + ":6: ")));
    std::filesystem::remove(path);
}

TEST(load_file, says_that_there_is_no_file_or_only_a_directory) {
    const loaded missing = load_file(testing::TempDir() + "/berth/no/such/file.yml", {});
    EXPECT_FALSE(missing.usable());
    EXPECT_THAT(lines(missing), SizeIs(1));
    const loaded directory = load_file(testing::TempDir(), {});
    EXPECT_FALSE(directory.usable());
    EXPECT_THAT(lines(directory), ElementsAre(HasSubstr("directory")));
}

TEST(load, reads_the_images_that_are_to_be_warm) {
    const auto read = [](const std::string& keys) {
        return load_text(inmemory_with("  cache: {blob: {rootdirectory: /a, maxsize: 1GiB, " + keys + "}}\n"), "f", {});
    };
    const auto good = read("warm: ['team/net:v1', b], warmjitter: 5s");
    EXPECT_TRUE(good.usable());
    EXPECT_THAT(good.settings.storage.cache.blob.warm, ElementsAre("team/net:v1", "b"));
    EXPECT_EQ(good.settings.storage.cache.blob.warm_jitter, std::chrono::seconds{5});
    EXPECT_EQ(read("warm: []").settings.storage.cache.blob.warm_jitter, std::chrono::seconds{60});
    EXPECT_TRUE(read("warm:").settings.storage.cache.blob.warm.empty());
    for (const char* wrong : {"warm: a", "warm: {a: b}", "warm: [{a: b}]", "warm: [[a]]", "warmjitter: -1s"})
        EXPECT_FALSE(read(wrong).usable()) << wrong;
    const environment variables{{"REGISTRY_STORAGE_CACHE_BLOB_WARM", "[a, 'b:1']"}};
    const std::string file = inmemory_with("  cache: {blob: {rootdirectory: /a, maxsize: 1GiB}}\n");
    EXPECT_THAT(load_text(file, "f", variables).settings.storage.cache.blob.warm, ElementsAre("a", "b:1"));
}

TEST(load, reads_the_disk_caches_folder_and_size) {
    const auto read = [](const std::string& keys) {
        return load_text(inmemory_with("  cache: {blob: {" + keys + "}}\n"), "f", {});
    };
    const auto good = read("rootdirectory: /mnt/nvme/berth, maxsize: 200GiB");
    EXPECT_TRUE(good.usable());
    EXPECT_EQ(good.settings.storage.cache.blob.root_directory, "/mnt/nvme/berth");
    EXPECT_EQ(good.settings.storage.cache.blob.max_bytes, 200 * gib);
    EXPECT_TRUE(good.settings.storage.cache.blob.prefetch);
    EXPECT_FALSE(read("rootdirectory: /a, maxsize: 1GiB, prefetch: false").settings.storage.cache.blob.prefetch);
    EXPECT_FALSE(read("rootdirectory: /a, maxsize: 1GiB, prefetch: some").usable());
    EXPECT_EQ(read("rootdirectory: /a, maxsize: 1t").settings.storage.cache.blob.max_bytes, 1024 * gib);
    EXPECT_EQ(read("rootdirectory: /a, maxsize: 1048576").settings.storage.cache.blob.max_bytes, mib);
    for (const char* wrong : {"rootdirectory: /a", "maxsize: 1GiB", "rootdirectory: a, maxsize: 1GiB",
                              "rootdirectory: /a, maxsize: 1XiB", "rootdirectory: /a, maxsize: GiB",
                              "rootdirectory: /a, maxsize: 1KiB", "rootdirectory: /a, maxsize: 99999999999TiB"})
        EXPECT_FALSE(read(wrong).usable()) << wrong;
}

TEST(load, wants_an_address_that_suits_the_kind_of_socket) {
    const auto read = [](const std::string& keys) {
        return load_text(inmemory_with("http: {" + keys + "}\n"), "f", {});
    };
    const auto socket = read("net: unix, addr: /run/berth.sock");
    EXPECT_TRUE(socket.usable());
    EXPECT_TRUE(socket.settings.http.on_unix_socket);
    EXPECT_EQ(socket.settings.http.addr, "/run/berth.sock");
    EXPECT_FALSE(read("net: tcp, addr: '127.0.0.1:5000'").settings.http.on_unix_socket);
    for (const char* wrong :
         {"net: unix", "net: unix, addr: ':5000'", "addr: /run/berth.sock", "net: unix, addr: /run/",
          "net: tcp, addr: /run/berth.sock", "net: udp", "addr: nowhere"}) {
        const auto result = read(wrong);
        EXPECT_THAT(result.findings, SizeIs(1)) << wrong;
        EXPECT_FALSE(result.usable()) << wrong;
    }
}

}  // namespace
}  // namespace berth::config
