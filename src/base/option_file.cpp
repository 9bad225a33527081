#include "base/option_file.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace berth {

void option_file::fail(const std::string& why) const {
    throw option_error{option + ": " + path + " " + why};
}

std::string option_file::read() const {
    std::error_code ignored;
    const bool is_folder = std::filesystem::is_directory(path, ignored);
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    if (file && !is_folder) text << file.rdbuf();
    if (!file || file.bad() || is_folder)
        fail("cannot be read: " + std::string{is_folder ? "it is a directory" : std::strerror(errno)} +
             "; write the path of a file that this user may read");
    return text.str();
}

std::vector<std::shared_ptr<X509>> read_certificates(const option_file& file) {
    const std::string text = file.read();
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size())),
                                                        BIO_free};
    ERR_clear_error();
    std::vector<std::shared_ptr<X509>> all;
    while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) all.emplace_back(next, X509_free);
    const unsigned long end = ERR_peek_last_error();
    ERR_clear_error();
    if (ERR_GET_REASON(end) != PEM_R_NO_START_LINE) {
        const char* reason = ERR_reason_error_string(end);
        file.fail("holds a damaged certificate: " + std::string{reason ? reason : "OpenSSL does not say why"} +
                  "; write it anew");
    }
    if (all.empty()) file.fail("holds no certificate; write a PEM file with \"BEGIN CERTIFICATE\" in it");
    return all;
}

file_stamp file_stamp::of(const std::string& path) {
    struct stat now {};
    ::stat(path.c_str(), &now);
    return {now.st_dev,          now.st_ino,         now.st_size,        now.st_mtim.tv_sec,
            now.st_mtim.tv_nsec, now.st_ctim.tv_sec, now.st_ctim.tv_nsec};
}

}  // namespace berth
