// The input is what follows the header of a request with a chunked body: "3\r\nabc\r\n0\r\n\r\n", and the next request.
#include "fuzz/connection.hpp"
#include "fuzz/fuzz.hpp"

#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace berth;
    const std::string header = "PATCH /u HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    fuzz::check_connection(header + std::string{fuzz::text_of(bytes, size)});
    return 0;
}
