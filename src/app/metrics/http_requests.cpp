#include "app/metrics/http_requests.hpp"

#include "api/route.hpp"
#include "base/counter.hpp"
#include "base/time_histogram.hpp"

#include <algorithm>
#include <array>
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

struct cell {
    std::array<counter, codes> by_code;
    histogram_of_times<bounds> times;
};

}  // namespace

struct http_requests::table {
    std::array<std::array<cell, methods.size()>, handlers.size()> cells;
};

http_requests::http_requests() : table_{std::make_unique<table>()} {}
http_requests::~http_requests() = default;

void http_requests::add(const http::exchange_record& record) {
    const auto method = std::ranges::find(methods, record.asked.method, &std::pair<verb, std::string_view>::first);
    const auto where = api::parse_target(record.asked.target);
    const auto handler = where ? handler_of(where->what) : std::nullopt;
    const auto code = static_cast<unsigned>(record.code) - first_code;
    if (!handler || method == methods.end() || code >= codes) return;
    cell& counted = table_->cells[*handler][static_cast<std::size_t>(method - methods.begin())];
    counted.by_code[code].add();
    counted.times.add(record.took);
}

void http_requests::write(exposition& to) const {
    to.counter("registry_http_requests_total", "Total number of HTTP requests made.");
    for (std::size_t h = 0; h < handlers.size(); ++h)
        for (std::size_t m = 0; m < methods.size(); ++m)
            for (std::size_t c = 0; c < codes; ++c)
                if (const std::uint64_t count = table_->cells[h][m].by_code[c].value())
                    to.sample({{"code", std::to_string(first_code + c)},
                               {"handler", handlers[h]},
                               {"method", methods[m].second}},
                              count);
    to.histogram("registry_http_request_duration_seconds", "The HTTP request latencies in seconds.");
    for (std::size_t h = 0; h < handlers.size(); ++h)
        for (std::size_t m = 0; m < methods.size(); ++m) {
            const auto& times = table_->cells[h][m].times;
            if (times.count() != 0) to.sample({{"handler", handlers[h]}, {"method", methods[m].second}}, times);
        }
}

}  // namespace berth::app
