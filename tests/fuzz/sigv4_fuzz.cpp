// The input is a request to S3: a line with its method, one with its key, then "name=value" for the query and
// "name: value" for the headers, a line each.
#include "base/hash.hpp"
#include "fuzz/fuzz.hpp"
#include "s3/sigv4.hpp"

#include <map>
#include <set>
#include <string>

namespace berth {

namespace {

using fuzz::require;

const s3::credentials keys{"AKIDFUZZ", "a/secret+key", "token"};
constexpr std::string_view region = "eu-central-1", day = "20260105", date = "20260105T102030Z";
const wall_time then{std::chrono::seconds{1'767'608'430}};

// What a server does, written from its side: it has the request as it was sent, and the same secret.
class server {
public:
    server(std::string method, const std::string& target, const s3::name_values& headers) : method_{std::move(method)} {
        const std::size_t question = target.find('?');
        path_ = target.substr(0, question);
        if (question != std::string::npos) read_query(target.substr(question + 1));
        for (const auto& [name, value] : headers) headers_[name].push_back(squeezed(value));
    }

    std::string signature(const std::set<std::string>& signed_names, const std::string& payload) const {
        std::string canonical = method_ + "\n" + path_ + "\n";
        std::string separator;
        for (const auto& [name, values] : query_)
            for (const std::string& value : values) {
                canonical += separator + name + "=" + value;
                separator = "&";
            }
        canonical += "\n";
        std::string names;
        for (const std::string& name : signed_names) {
            for (const std::string& value : headers_.at(name)) {
                canonical += name + ":" + value + "\n";
                names += (names.empty() ? "" : ";") + name;
            }
        }
        canonical += "\n" + names + "\n" + payload;
        const std::string scope = std::string{day} + "/" + std::string{region} + "/s3/aws4_request";
        const std::string to_sign =
            "AWS4-HMAC-SHA256\n" + std::string{date} + "\n" + scope + "\n" + sha256_hex(canonical);
        std::string key = "AWS4" + keys.secret_key;
        for (const std::string_view part : {day, region, std::string_view{"s3"}, std::string_view{"aws4_request"}}) {
            const sha256_bytes next = hmac_sha256(key, part);
            key.assign(next.begin(), next.end());
        }
        return to_hex(hmac_sha256(key, to_sign));
    }

private:
    void read_query(std::string_view query) {
        while (!query.empty()) {
            const std::string_view pair = query.substr(0, query.find('&'));
            query.remove_prefix(std::min(pair.size() + 1, query.size()));
            const std::size_t equals = pair.find('=');
            require(equals != std::string_view::npos, "a parameter has a value, if an empty one");
            query_[std::string{pair.substr(0, equals)}].insert(std::string{pair.substr(equals + 1)});
        }
    }

    static std::string squeezed(std::string_view value) {
        std::string out, blank;
        for (const char c : value) {
            if (c == ' ' || c == '\t') {
                blank = out.empty() ? "" : " ";
            } else {
                out += blank + c;
                blank.clear();
            }
        }
        return out;
    }

    const std::string method_;
    std::string path_;
    std::map<std::string, std::multiset<std::string>> query_;
    std::map<std::string, std::vector<std::string>> headers_;
};

bool may_be_in_a_header(std::string_view text) {
    return text.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos;
}

void check_encoding(std::string_view key, const std::string& path) {
    std::string decoded;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '%') {
            decoded += path[i];
            continue;
        }
        require(i + 2 < path.size(), "a percent sign has two digits behind it");
        decoded += static_cast<char>(std::stoi(path.substr(i + 1, 2), nullptr, 16));
        i += 2;
    }
    require(decoded == key, "what was encoded decodes");
    require(path.find_first_of("?# \"<>\\^`{|}") == std::string::npos, "a path holds nothing that ends it");
}

}  // namespace

}  // namespace berth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace berth;
    std::string_view rest = fuzz::text_of(bytes, size);
    const std::string method{fuzz::take_line(rest)};
    const std::string_view key = fuzz::take_line(rest);
    s3::name_values query, headers{{"host", "s3.example"}};
    std::set<std::string> names{"host", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"};
    while (!rest.empty()) {
        const std::string_view line = fuzz::take_line(rest);
        const std::size_t end = line.find_first_of("=:");
        if (end == std::string_view::npos || !may_be_in_a_header(line)) continue;
        const std::string name{line.substr(0, end)}, value{line.substr(end + 1)};
        if (line[end] == '=') {
            query.emplace_back(name, value);
        } else if (!name.empty() && names.insert(name).second) {  // no request of ours has a header twice
            headers.emplace_back(name, value);
        }
    }
    const std::string path = "/" + s3::encode_path(key);
    check_encoding(key, path.substr(1));
    const std::string sent_query = s3::canonical_query(query);
    const s3::signing with{.keys = keys, .region = region, .time = then};
    s3::sign(method, path, query, s3::unsigned_payload, with, headers);

    require(headers.back().first == "authorization", "the signature comes last");
    const std::string authorization = headers.back().second;
    headers.pop_back();
    const std::string target = query.empty() ? path : path + "?" + sent_query;
    const std::string expected = server{method, target, headers}.signature(names, std::string{s3::unsigned_payload});
    require(authorization.ends_with(",Signature=" + expected), "a server finds the same signature");

    const std::string presigned = s3::presigned_query("GET", "s3.example", path, std::chrono::minutes{5}, with);
    const std::size_t at = presigned.find("&X-Amz-Signature=");
    require(presigned.substr(at + 17) ==
                server{"GET", path + "?" + presigned.substr(0, at), {{"host", "s3.example"}}}.signature(
                    {"host"}, std::string{s3::unsigned_payload}),
            "a server finds the signature of a presigned URL");
    return 0;
}
