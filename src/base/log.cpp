#include "base/log.hpp"

#include "base/line_writer.hpp"
#include "base/time_format.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>
#include <unistd.h>

namespace berth::log {

namespace {

struct state {
    options settings;  // but for the two that follow, which may change while it is read
    std::atomic<level> threshold = settings.threshold;
    std::atomic<bool> access_log = settings.access_log;
    // spdlog brings the locking and the writing; the line itself is ours, in registry:2's formats.
    std::shared_ptr<spdlog::logger> errors = make("berth", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    line_writer accesses{STDOUT_FILENO};

    static std::shared_ptr<spdlog::logger> make(const char* name, spdlog::sink_ptr sink) {
        auto logger = std::make_shared<spdlog::logger>(name, std::move(sink));
        logger->set_pattern("%v");
        logger->set_level(spdlog::level::trace);
        logger->flush_on(spdlog::level::trace);
        return logger;
    }
};

// The one global of the program: a log line can come from anywhere, and an object handed to every function only
// to be able to warn would hide what the functions do.
state& instance() {
    static state s;
    return s;
}

std::string_view name_of(level severity) {
    switch (severity) {
        case level::error:
            return "error";
        case level::warn:
            return "warning";
        case level::info:
            return "info";
        case level::debug:
            return "debug";
    }
    return "info";
}

void append_quoted(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    out.push_back('"');
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
                    out += "\\u00";
                    out.push_back(hex[static_cast<unsigned char>(c) >> 4]);
                    out.push_back(hex[static_cast<unsigned char>(c) & 15]);
                } else {
                    out.push_back(c);
                }
        }
    }
    out.push_back('"');
}

bool is_bare(std::string_view text) {
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && std::string_view{"-._/@^+"}.find(c) == std::string_view::npos) return false;
    }
    return !text.empty();
}

void append_pair(std::string& out, format style, std::string_view name, std::string_view value) {
    if (style == format::text) {
        if (!out.empty()) out.push_back(' ');
        out += name;
        out.push_back('=');
        if (is_bare(value)) {
            out += value;
        } else {
            append_quoted(out, value);
        }
        return;
    }
    out.push_back(out.empty() ? '{' : ',');
    append_quoted(out, name);
    out.push_back(':');
    append_quoted(out, value);
}

}  // namespace

std::string render(const options& options, level severity, std::string_view message,
                   std::initializer_list<field> fields, std::string_view time) {
    const bool logstash = options.style == format::logstash;
    std::string line;
    const auto add = [&](std::string_view name, std::string_view value) {
        append_pair(line, options.style, name, value);
    };
    if (options.style == format::text) {
        line = "time=";  // registry:2 quotes the time though nothing in it asks for it; parsers expect that.
        append_quoted(line, time);
    } else {
        add(logstash ? "@timestamp" : "time", time);
        if (logstash) add("@version", "1");
    }
    add("level", name_of(severity));
    add(logstash ? "message" : "msg", message);
    for (const auto& [name, value] : options.fields) add(name, value);
    for (const auto& [name, value] : fields) add(name, value);
    if (options.style != format::text) line.push_back('}');
    return line;
}

void configure(options options) {
    set_threshold(options.threshold);
    set_access_log(options.access_log);
    instance().settings = std::move(options);
}

void set_threshold(level threshold) {
    instance().threshold = threshold;
}

void set_access_log(bool is_on) {
    instance().access_log = is_on;
}

bool access_log_is_on() {
    return instance().access_log;
}

void write(level severity, std::string_view message, std::initializer_list<field> fields) {
    state& s = instance();
    if (severity > s.threshold) return;
    const std::string now = format_rfc3339_nano(std::chrono::system_clock::now());
    s.errors->log(spdlog::level::info, spdlog::string_view_t{render(s.settings, severity, message, fields, now)});
}

void announce(std::string_view message) {
    state& s = instance();
    const std::string now = format_rfc3339_nano(std::chrono::system_clock::now());
    s.errors->log(spdlog::level::info, spdlog::string_view_t{render(s.settings, level::info, message, {}, now)});
}

void access(std::string line) {
    state& s = instance();
    if (s.access_log) s.accesses.write(std::move(line));
}

}  // namespace berth::log
