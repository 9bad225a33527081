#include "support/fake_s3/conversation.hpp"

#include "support/fake_s3/signature.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <thread>

namespace berth::test {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using parser = http::request_parser<http::string_body>;

s3::incoming head_of(const parser& parsed) {
    const auto& message = parsed.get();
    s3::incoming request;
    request.method = std::string{message.method_string()};
    const std::string_view target = message.target();
    const auto mark = target.find('?');
    request.raw_path = target.substr(0, mark);
    request.raw_query = mark == target.npos ? "" : target.substr(mark + 1);
    for (const auto& field : message) {
        std::string name{field.name_string()};
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
        auto& value = request.headers[name];
        value += (value.empty() ? "" : ",") + std::string{field.value()};
    }
    s3::decode_target(request);
    return request;
}

std::string header_text(const s3::incoming& request, const s3::outgoing& answer, const std::string& date) {
    const auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(answer.status)));
    std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " " + std::string{reason} + "\r\n";
    text += "Date: " + date + "\r\nServer: AmazonS3\r\nx-amz-request-id: 4442587FB7D0A2F9\r\n";
    for (const auto& [name, value] : answer.headers) text += name + ": " + value + "\r\n";
    const bool body_stays_away = request.method == "HEAD" && answer.status >= 300;
    if (answer.status != 204)
        text += "Content-Length: " + std::to_string(body_stays_away ? 0 : answer.body.size()) + "\r\n";
    return text + "\r\n";
}

void reset(s3::tcp::socket& socket) {
    // What was sent has to arrive first, for a reset throws away what has not.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{1};
    for (int unsent = 1; unsent != 0 && std::chrono::steady_clock::now() < deadline;) {
        if (::ioctl(socket.native_handle(), SIOCOUTQ, &unsent) != 0) break;
        if (unsent != 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    error_code ignored;
    socket.set_option(asio::socket_base::linger{true, 0}, ignored);
}

void wait_for_hang_up(s3::tcp::socket& socket) {
    error_code failed;
    char drop[4096];
    while (!failed) socket.read_some(asio::buffer(drop), failed);
}

}  // namespace

fake_s3::implementation::implementation(options options)
    : settings{std::move(options)},
      bucket{{settings.bucket, settings.page_size, settings.min_part_bytes, settings.max_copy_bytes,
              settings.clock_offset}},
      server{[this](s3::tcp::socket& socket, unsigned connection) { talk(socket, connection); }} {}

std::chrono::system_clock::time_point fake_s3::implementation::now() const {
    return std::chrono::system_clock::now() + settings.clock_offset;
}

std::optional<fault::action> fake_s3::implementation::take_fault(const request& of) {
    const std::lock_guard lock{mutex};
    for (auto& rule : faults) {
        if (rule.times == 0) continue;
        if (!rule.operation.empty() && rule.operation != of.operation) continue;
        if (of.key.find(rule.key_contains) == std::string::npos) continue;
        if (rule.skip != 0) {
            --rule.skip;
            return std::nullopt;
        }
        if (rule.times != fault::always) --rule.times;
        return rule.what;
    }
    return std::nullopt;
}

s3::outgoing fake_s3::implementation::right_answer(const s3::incoming& request) {
    if (settings.check_signatures) {
        const s3::account who{settings.access_key, settings.secret_key, settings.session_token, settings.region};
        if (auto refused = s3::check_signature(request, who, now())) return *refused;
    }
    return bucket.answer(request);
}

s3::outgoing fake_s3::implementation::answer(const s3::incoming& request, const std::optional<fault::action>& fault) {
    if (!fault) return right_answer(request);
    if (const auto* wrong = std::get_if<fault::answer>(&*fault)) {
        if (wrong->applied) right_answer(request);
        return s3::error_answer(wrong->status, wrong->code, "as the test wanted");
    }
    if (const auto* wrong = std::get_if<fault::error_in_ok>(&*fault))
        return s3::error_answer(200, wrong->code, "as the test wanted");
    if (const auto* wrong = std::get_if<fault::wrong_region>(&*fault)) {
        auto moved = s3::error_answer(301, "PermanentRedirect", "The bucket is in this region: " + wrong->region,
                                      s3::element("Region", wrong->region));
        moved.headers["x-amz-bucket-region"] = wrong->region;
        return moved;
    }
    if (const auto* late = std::get_if<fault::delay>(&*fault)) server.sleep(late->time);
    return right_answer(request);
}

bool fake_s3::implementation::send(s3::tcp::socket& socket, const s3::incoming& request, const s3::outgoing& answer,
                                   const fault::broken_answer* broken) {
    error_code failed;
    if (!broken || broken->after_body_bytes) {
        const std::string header = header_text(request, answer, s3::http_time(now()));
        s3::content body;
        if (request.method != "HEAD") body = broken ? answer.body.part(0, *broken->after_body_bytes) : answer.body;
        std::vector<asio::const_buffer> buffers{asio::buffer(header)};
        for (const auto piece : body.pieces()) buffers.push_back(asio::buffer(piece));
        asio::write(socket, buffers, failed);
    }
    if (!broken) return !failed && request.header("connection") != "close";
    if (broken->how == fault::broken_answer::end::reset) reset(socket);
    if (broken->how == fault::broken_answer::end::stall) wait_for_hang_up(socket);
    return false;
}

void fake_s3::implementation::talk(s3::tcp::socket& socket, unsigned connection) {
    boost::beast::flat_buffer buffer;
    for (;;) {
        parser parsed;
        parsed.body_limit(boost::none);
        error_code failed;
        http::read_header(socket, buffer, parsed, failed);
        if (failed) return;
        s3::incoming request = head_of(parsed);
        fake_s3::request entry{.operation = s3::operation_name(request),
                               .method = request.method,
                               .key = request.key,
                               .query = request.query,
                               .headers = request.headers,
                               .code = {},
                               .connection = connection};
        const auto fault = take_fault(entry);
        const auto keep = [&] {
            const std::lock_guard lock{mutex};
            log.push_back(entry);
        };

        if (request.headers.contains("expect"))
            asio::write(socket, asio::buffer(std::string_view{"HTTP/1.1 100 Continue\r\n\r\n"}), failed);
        const auto* half = fault ? std::get_if<fault::broken_request>(&*fault) : nullptr;
        while (!failed && !parsed.is_done() && !(half && parsed.get().body().size() >= half->after_body_bytes))
            http::read_some(socket, buffer, parsed, failed);
        entry.body_bytes = parsed.get().body().size();
        if (failed || half) {
            keep();
            return half ? reset(socket) : void();
        }

        request.body = std::move(parsed.get().body());
        const auto reply = answer(request, fault);
        const auto* broken = fault ? std::get_if<fault::broken_answer>(&*fault) : nullptr;
        const bool silent = broken && !broken->after_body_bytes;
        entry.status = silent ? 0 : reply.status;
        entry.code = reply.code;
        keep();
        if (!send(socket, request, reply, broken)) return;
    }
}

}  // namespace berth::test
