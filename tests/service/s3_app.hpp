#pragma once

#include "support/fake_s3.hpp"
#include "support/running_app.hpp"

#include <thread>

namespace berth::test {

/// What makes the application serve `bucket`; `keys` is "accesskey: ..., secretkey: ..., " or nothing.
inline std::string yaml_over(const fake_s3& bucket, const std::string& keys) {
    return "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {s3: {" + keys +
           "bucket: " + bucket.settings().bucket + ", region: us-east-1, regionendpoint: '" + bucket.endpoint() +
           "', chunksize: 5242880}}\nhttp: {addr: 127.0.0.1:0}\n";
}

inline std::string keys_of(const fake_s3& bucket) {
    return "accesskey: " + bucket.settings().access_key + ", secretkey: " + bucket.settings().secret_key + ", ";
}

/// Waits until the application has asked what it asks at its start, so that a fault meets a client's request.
inline void wait_for_probe(const fake_s3& bucket) {
    for (int i = 0; i < 5000 && bucket.count("GetObject") == 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

}  // namespace berth::test
