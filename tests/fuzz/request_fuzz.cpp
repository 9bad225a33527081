// The input is all that a client sends on one connection: "GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n", and what follows.
#include "fuzz/connection.hpp"
#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace berth;
    fuzz::check_connection(fuzz::text_of(bytes, size));
    return 0;
}
