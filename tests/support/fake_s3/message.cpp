#include "support/fake_s3/message.hpp"

namespace berth::test::s3 {

std::string incoming::header(std::string_view name) const {
    const auto at = headers.find(name);
    return at == headers.end() ? "" : at->second;
}

std::string incoming::parameter(std::string_view name) const {
    const auto at = query.find(name);
    return at == query.end() ? "" : at->second;
}

void decode_target(incoming& request) {
    const std::string_view path = request.raw_path;
    const auto slash = path.find('/', 1);
    request.bucket = percent_decode(path.substr(1, slash == path.npos ? path.npos : slash - 1));
    request.key = slash == path.npos ? "" : percent_decode(path.substr(slash + 1));

    std::string_view rest = request.raw_query;
    while (!rest.empty()) {
        const auto end = rest.find('&');
        const std::string_view pair = rest.substr(0, end);
        const auto equals = pair.find('=');
        const std::string_view value = equals == pair.npos ? "" : pair.substr(equals + 1);
        request.query[percent_decode(pair.substr(0, equals))] = percent_decode(value);
        rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    }
}

std::string operation_name(const incoming& r) {
    const bool copies = r.headers.contains("x-amz-copy-source");
    if (r.key.empty()) {
        if (r.method == "GET" && r.parameter("list-type") == "2") return "ListObjectsV2";
        if (r.method == "GET" && r.has_parameter("uploads")) return "ListMultipartUploads";
        if (r.method == "POST" && r.has_parameter("delete")) return "DeleteObjects";
        if (r.method == "HEAD") return "HeadBucket";
        return "Unknown";
    }
    if (r.has_parameter("uploadId")) {
        if (r.method == "PUT") return copies ? "UploadPartCopy" : "UploadPart";
        if (r.method == "POST") return "CompleteMultipartUpload";
        if (r.method == "DELETE") return "AbortMultipartUpload";
        if (r.method == "GET") return "ListParts";
        return "Unknown";
    }
    if (r.method == "POST" && r.has_parameter("uploads")) return "CreateMultipartUpload";
    if (r.method == "GET") return "GetObject";
    if (r.method == "HEAD") return "HeadObject";
    if (r.method == "PUT") return copies ? "CopyObject" : "PutObject";
    if (r.method == "DELETE") return "DeleteObject";
    return "Unknown";
}

outgoing xml_answer(std::string_view document) {
    outgoing answer;
    answer.headers["content-type"] = "application/xml";
    answer.body = content{R"(<?xml version="1.0" encoding="UTF-8"?>)" + std::string{"\n"} + std::string{document}};
    return answer;
}

outgoing error_answer(int status, std::string_view code, std::string_view message, std::string_view more) {
    outgoing answer = xml_answer("<Error>" + element("Code", code) + element("Message", message) + std::string{more} +
                                 element("RequestId", "4442587FB7D0A2F9") + "</Error>");
    answer.status = status;
    answer.code = code;
    return answer;
}

std::string element(std::string_view name, std::string_view text) {
    std::string out = "<" + std::string{name} + ">";
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out + "</" + std::string{name} + ">";
}

std::string percent_decode(std::string_view text) {
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
            out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string percent_encode(std::string_view text, bool keep_slash) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (plain.find(c) != plain.npos || (c == '/' && keep_slash)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

}  // namespace berth::test::s3
