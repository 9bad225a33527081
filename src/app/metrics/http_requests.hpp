#pragma once

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

    void add(const http::exchange_record& record);
    void write(exposition& to) const;

private:
    struct table;
    const std::unique_ptr<table> table_;
};

}  // namespace berth::app
