#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::log {

enum class level { error, warn, info, debug };
/// How a line looks. text is logfmt as registry:2 writes it; logstash is JSON with logstash's field names.
enum class format { text, json, logstash };

/// A name and a value that go with a line: {"error", "no such bucket"}.
using field = std::pair<std::string_view, std::string>;

struct options {
    level threshold = level::info;
    format style = format::text;
    std::vector<std::pair<std::string, std::string>> fields;  ///< Added to every line (`log.fields`).
    bool access_log = true;                                   ///< Combined Log Format lines on stdout.

    bool operator==(const options&) const = default;
};

/// Replaces how and what this process logs. Call it before threads start: it is not thread-safe, the rest is.
void configure(options options);

/// What of that may change while threads run.
void set_threshold(level threshold);
void set_access_log(bool is_on);
bool access_log_is_on();

/// One line on stderr. Never pass a key, a token or a presigned query.
void write(level severity, std::string_view message, std::initializer_list<field> fields = {});

inline void error(std::string_view message, std::initializer_list<field> fields = {}) {
    write(level::error, message, fields);
}
inline void warn(std::string_view message, std::initializer_list<field> fields = {}) {
    write(level::warn, message, fields);
}
inline void info(std::string_view message, std::initializer_list<field> fields = {}) {
    write(level::info, message, fields);
}
inline void debug(std::string_view message, std::initializer_list<field> fields = {}) {
    write(level::debug, message, fields);
}

/// One info line whatever the threshold: for what programs wait for ("listening on ...").
void announce(std::string_view message);

/// One line on stdout as it stands, where the access log is on.
void access(std::string line);

/// The line that write would print, without its end: for tests.
std::string render(const options& options, level severity, std::string_view message,
                   std::initializer_list<field> fields, std::string_view time);

}  // namespace berth::log
