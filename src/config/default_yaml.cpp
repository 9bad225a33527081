#include "config/load.hpp"

namespace berth::config {

std::string_view default_yaml() {
    return R"(version: 0.1
storage:
  filesystem:
    rootdirectory: berth-data
  cache:
    blobdescriptor: inmemory
http:
  addr: 127.0.0.1:5500
  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
)";
}

}  // namespace berth::config
