#include "s3/endpoint.hpp"

#include "s3/uri.hpp"

#include <charconv>
#include <stdexcept>

namespace berth::s3 {

namespace {

[[noreturn]] void refuse(const std::string& region_endpoint) {
    throw std::invalid_argument{"regionendpoint \"" + region_endpoint +
                                "\" is no S3 endpoint; write host, host:port or http://host:port"};
}

std::uint16_t default_port(bool tls) {
    return tls ? 443 : 80;
}

std::uint16_t parse_port(std::string_view text, const std::string& region_endpoint) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0) refuse(region_endpoint);
    return port;
}

bool remove_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

std::string host_header(const http::origin& server) {
    const bool is_ipv6 = server.host.find(':') != std::string::npos;
    std::string host = is_ipv6 ? '[' + server.host + ']' : server.host;
    if (server.port != default_port(server.tls)) host += ':' + std::to_string(server.port);
    return host;
}

endpoint own_server(const location& bucket) {
    endpoint out;
    std::string_view rest = bucket.region_endpoint;
    out.server.tls = bucket.secure;
    if (remove_prefix(rest, "https://"))
        out.server.tls = true;
    else if (remove_prefix(rest, "http://"))
        out.server.tls = false;

    std::string_view authority = rest.substr(0, rest.find('/'));
    std::string_view path = rest.substr(authority.size());
    while (path.ends_with('/')) path.remove_suffix(1);
    out.path_prefix = std::string{path} + '/' + encode_component(bucket.bucket);

    std::string_view port;
    if (remove_prefix(authority, "[")) {
        const std::size_t end = authority.find(']');
        if (end == std::string_view::npos) refuse(bucket.region_endpoint);
        port = authority.substr(end + 1);
        authority = authority.substr(0, end);
    } else if (const std::size_t colon = authority.find(':'); colon != std::string_view::npos) {
        port = authority.substr(colon);
        authority = authority.substr(0, colon);
    }
    if (authority.empty() || authority.find_first_of(" @?#\"\\") != std::string_view::npos)
        refuse(bucket.region_endpoint);
    out.server.host = authority;
    out.server.port = default_port(out.server.tls);
    if (remove_prefix(port, ":"))
        out.server.port = parse_port(port, bucket.region_endpoint);
    else if (!port.empty())
        refuse(bucket.region_endpoint);
    return out;
}

// "s3.eu-central-1.amazonaws.com", "s3-fips.dualstack.us-east-1.amazonaws.com", "s3-accelerate.amazonaws.com"
std::string aws_host(const location& bucket) {
    std::string host = bucket.accelerate ? "s3-accelerate" : bucket.fips ? "s3-fips" : "s3";
    if (bucket.dual_stack) host += ".dualstack";
    if (!bucket.accelerate) host += '.' + bucket.region;
    return host + (bucket.region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com");
}

void check_accelerated(const location& bucket) {
    if (bucket.fips) throw std::invalid_argument{"accelerate and usefipsendpoint exclude each other; take one out"};
    if (bucket.force_path_style || bucket.bucket.find('.') != std::string::npos)
        throw std::invalid_argument{
            "accelerate needs the bucket in the host's name: take forcepathstyle out, and use a bucket without dots"};
}

endpoint aws(const location& bucket) {
    if (bucket.accelerate) check_accelerated(bucket);
    endpoint out;
    out.server.tls = bucket.secure;
    out.server.port = default_port(bucket.secure);
    out.server.host = aws_host(bucket);
    // AWS's wildcard certificate covers one label: a bucket with dots cannot be part of the name over TLS.
    const bool dots_break_tls = bucket.secure && bucket.bucket.find('.') != std::string::npos;
    if (bucket.force_path_style || dots_break_tls)
        out.path_prefix = '/' + encode_component(bucket.bucket);
    else
        out.server.host = bucket.bucket + '.' + out.server.host;
    return out;
}

}  // namespace

std::string endpoint::base_url() const {
    return (server.tls ? "https://" : "http://") + host;
}

endpoint resolve(const location& bucket) {
    endpoint out = bucket.region_endpoint.empty() ? aws(bucket) : own_server(bucket);
    out.host = host_header(out.server);
    return out;
}

}  // namespace berth::s3
