#pragma once

#include <string>
#include <vector>

namespace berth::config {

enum class severity { error, warning };

/// Where a value was written.
struct origin {
    int line = 0;          ///< From 1; 0: none, as for a value of the environment.
    std::string variable;  ///< The environment variable, empty for a value of the file.
};

/// Something that the person who wrote the configuration should know. Holds no value that could be a secret.
struct finding {
    config::severity severity;
    std::string file;  ///< The file's name, or that of the environment variable.
    int line = 0;      ///< From 1; 0: none.
    std::string key;   ///< "storage.s3.chunksize"; empty where the matter is with the whole file.
    std::string text;

    /// "config.yml:12: storage.s3.chunksize: 1000 is below S3's smallest part; write 5242880 or more"
    std::string str() const;
};

/// Collects the findings about one file and the environment that goes with it.
class report {
public:
    explicit report(std::string file) : file_{std::move(file)} {}

    void error(const origin& where, std::string key, std::string text) {
        add(severity::error, where, std::move(key), std::move(text));
    }
    void warning(const origin& where, std::string key, std::string text) {
        add(severity::warning, where, std::move(key), std::move(text));
    }

    /// In the order of the file's lines, those of the environment first.
    std::vector<finding> take();

private:
    void add(severity severity, const origin& where, std::string key, std::string text);

    std::string file_;
    std::vector<finding> findings_;
};

}  // namespace berth::config
