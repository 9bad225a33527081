#pragma once

#include "api/route.hpp"
#include "app/metrics/exposition.hpp"
#include "http/server.hpp"

#include <memory>

namespace berth::app {

/// Counts requests by what they were for, under the names, labels and bounds of registry:2, for dashboards that
/// were made for it. Requests for what registry:2 has no name for are not counted. Thread-safe, without locks.
class http_requests {
public:
    http_requests();
    ~http_requests();

    /// The request is for `what`, and in flight until it goes.
    void begin(http::request& request, api::resource what);
    /// Its answer has been sent.
    void add(const http::exchange_record& record);
    void write(exposition& to) const;

private:
    struct table;
    struct in_flight;
    const std::unique_ptr<table> table_;
};

}  // namespace berth::app
