#pragma once

#include <openssl/types.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <sys/types.h>
#include <time.h>
#include <vector>

namespace berth {

/// Something that an option says and that is of no use. The text begins with the option: "key: /etc/tls/key.pem cannot
/// be read: ...".
class option_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A file, and the option that names it.
struct option_file {
    std::string option, path;

    /// Throws option_error: "OPTION: PATH WHY".
    [[noreturn]] void fail(const std::string& why) const;
    /// Its bytes. Throws option_error.
    std::string read() const;
};

/// The certificates of a PEM file in its order, one at least. Throws option_error.
std::vector<std::shared_ptr<X509>> read_certificates(const option_file& file);

/// What changes when somebody writes a file, lets others read it, or puts another one in its place.
struct file_stamp {
    dev_t device;
    ino_t inode;
    off_t size;
    time_t modified_s;
    long modified_ns;
    time_t changed_s;  // also of its owner and its rights
    long changed_ns;

    /// One that is not there has the stamp of zeros.
    static file_stamp of(const std::string& path);
    bool operator==(const file_stamp&) const = default;
};

}  // namespace berth
