#include "app/metrics/http_requests.hpp"

#include "base/counter.hpp"
#include "base/histogram.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>

namespace berth::app {

namespace {

using http::verb;

constexpr std::array<std::string_view, 7> handlers{"base",    "blob",     "blob_upload", "blob_upload_chunk",
                                                   "catalog", "manifest", "tags"};
constexpr std::array<std::pair<verb, std::string_view>, 7> methods{{{verb::get, "get"},
                                                                    {verb::head, "head"},
                                                                    {verb::put, "put"},
                                                                    {verb::post, "post"},
                                                                    {verb::patch, "patch"},
                                                                    {verb::delete_, "delete"},
                                                                    {verb::options, "options"}}};
constexpr unsigned first_code = 200;
constexpr std::size_t codes = 400;

using std::chrono::milliseconds;
constexpr std::array<std::chrono::microseconds, 13> bounds{
    milliseconds{5},     milliseconds{10},    milliseconds{25},   milliseconds{50},   milliseconds{100},
    milliseconds{250},   milliseconds{500},   milliseconds{1000}, milliseconds{2500}, milliseconds{5000},
    milliseconds{10000}, milliseconds{25000}, milliseconds{60000}};

// Its place in `handlers`.
std::optional<std::size_t> handler_of(api::resource what) {
    using enum api::resource;
    switch (what) {
        case base:
            return 0;
        case blob:
            return 1;
        case uploads:
            return 2;
        case upload:
            return 3;
        case catalog:
            return 4;
        case manifest:
            return 5;
        case tags:
            return 6;
        default:
            return std::nullopt;
    }
}

// In bytes, counted as registry:2 does: the header without its separators, and the body where its size was said.
std::uint64_t approximate_size(const http::request& request) {
    constexpr std::string_view protocol = "HTTP/1.1";
    std::uint64_t size = request.target.size() + request.method_name.size() + protocol.size();
    for (const auto& header : request.headers) {
        // Host is a part of the request and no header there, so its name does not count.
        if (header.name() != http::field::host) size += header.name_string().size();
        size += header.value().size();
    }
    return size + request.body.content_length().value_or(0);
}

struct cell {
    std::array<counter, codes> by_code;
    histogram_of_times<bounds> times;
};

}  // namespace

struct http_requests::table {
    struct of_handler {
        std::array<cell, methods.size()> by_method;
        std::atomic<std::uint64_t> in_flight{0};
        size_histogram request_sizes, answer_sizes;
    };
    std::array<of_handler, handlers.size()> cells;
};

/// What a request carries that is counted.
struct http_requests::in_flight {
    explicit in_flight(table::of_handler& counted_at) : at{counted_at} { ++at.in_flight; }
    ~in_flight() { --at.in_flight; }
    in_flight(const in_flight&) = delete;

    table::of_handler& at;
};

http_requests::http_requests() : table_{std::make_unique<table>()} {}
http_requests::~http_requests() = default;

void http_requests::begin(http::request& request, api::resource what) {
    if (const auto handler = handler_of(what))
        request.companion = std::make_shared<const in_flight>(table_->cells[*handler]);
}

void http_requests::add(const http::exchange_record& record) {
    if (!record.asked.companion) return;
    auto& at = static_cast<const in_flight*>(record.asked.companion.get())->at;
    at.request_sizes.add(approximate_size(record.asked));
    at.answer_sizes.add(record.body_bytes_sent);
    const auto method = std::ranges::find(methods, record.asked.method, &std::pair<verb, std::string_view>::first);
    const auto code = static_cast<unsigned>(record.code) - first_code;
    if (method == methods.end() || code >= codes) return;
    cell& counted = at.by_method[static_cast<std::size_t>(method - methods.begin())];
    counted.by_code[code].add();
    counted.times.add(record.took);
}

void http_requests::write(exposition& to) const {
    to.counter("registry_http_requests_total", "Total number of HTTP requests made.");
    for (std::size_t h = 0; h < handlers.size(); ++h)
        for (std::size_t m = 0; m < methods.size(); ++m)
            for (std::size_t c = 0; c < codes; ++c)
                if (const std::uint64_t count = table_->cells[h].by_method[m].by_code[c].value())
                    to.sample({{"code", std::to_string(first_code + c)},
                               {"handler", handlers[h]},
                               {"method", methods[m].second}},
                              count);
    to.histogram("registry_http_request_duration_seconds", "The HTTP request latencies in seconds.");
    for (std::size_t h = 0; h < handlers.size(); ++h)
        for (std::size_t m = 0; m < methods.size(); ++m) {
            const auto& times = table_->cells[h].by_method[m].times;
            if (times.count() != 0) to.sample({{"handler", handlers[h]}, {"method", methods[m].second}}, times);
        }
    to.gauge("registry_http_in_flight_requests", "The in-flight HTTP requests");
    for (std::size_t h = 0; h < handlers.size(); ++h)
        to.sample({{"handler", handlers[h]}}, table_->cells[h].in_flight.load());
    const auto write_sizes = [&](size_histogram table::of_handler::*sizes) {
        for (std::size_t h = 0; h < handlers.size(); ++h)
            to.sample({{"handler", handlers[h]}}, table_->cells[h].*sizes);
    };
    to.histogram("registry_http_request_size_bytes", "The HTTP request sizes in bytes.");
    write_sizes(&table::of_handler::request_sizes);
    to.histogram("registry_http_response_size_bytes", "The HTTP response sizes in bytes.");
    write_sizes(&table::of_handler::answer_sizes);
}

}  // namespace berth::app
