// The input is a config.yml; lines before it that begin with "REGISTRY_" are the environment.
#include "config/effective.hpp"
#include "config/load.hpp"
#include "fuzz/fuzz.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace berth;
    using fuzz::require;
    std::string_view text = fuzz::text_of(bytes, size);
    config::environment environment;
    while (text.starts_with("REGISTRY_")) {
        const std::string_view line = fuzz::take_line(text);
        const std::size_t end = line.find('=');
        if (end != std::string_view::npos && line.find('\0') == std::string_view::npos)
            environment[std::string{line.substr(0, end)}] = line.substr(end + 1);
    }
    const config::loaded read = config::load_text(text, "config.yml", environment);
    const auto is_error = [](const config::finding& one) { return one.severity == config::severity::error; };
    for (const config::finding& one : read.findings) require(!one.text.empty(), "a finding says what is wrong");
    require(read.usable() == std::ranges::none_of(read.findings, is_error), "what has an error is not used");
    if (!read.usable()) return 0;
    const std::string effective = config::effective_yaml(read);
    const config::loaded again = config::load_text(effective, "effective.yml", {});
    require(config::effective_yaml(again) == effective, "what is effective says itself");
    return 0;
}
