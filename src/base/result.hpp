#pragma once

#include <boost/system/result.hpp>

namespace berth {

/// The value, or why there is none. What a caller will act on comes as a result; what only ends the request is
/// thrown (docs/adr/0003-errors.md).
template <class T, class E = boost::system::error_code>
using result = boost::system::result<T, E>;

}  // namespace berth
