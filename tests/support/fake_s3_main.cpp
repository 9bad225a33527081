// The tests' own S3 server as a program, for tests that hold it against real ones: one bucket, until it is killed.
#include "support/fake_s3.hpp"

#include <iostream>
#include <unistd.h>

int main(int argc, char** argv) {
    if (argc != 5) {
        std::cerr << "usage: fake_s3 BUCKET REGION ACCESS_KEY SECRET_KEY\n";
        return 2;
    }
    const berth::test::fake_s3 server{
        {.bucket = argv[1], .region = argv[2], .access_key = argv[3], .secret_key = argv[4]}};
    std::cout << "listening on 127.0.0.1:" << server.port() << std::endl;
    ::pause();
}
