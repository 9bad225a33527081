#include "config/finding.hpp"

#include <algorithm>

namespace berth::config {

std::string finding::str() const {
    std::string out = file;
    if (line > 0) out += ":" + std::to_string(line);
    if (!key.empty()) out += ": " + key;
    return out + ": " + text;
}

std::vector<finding> report::take() {
    std::ranges::stable_sort(findings_, {}, &finding::line);
    return std::move(findings_);
}

void report::add(severity severity, const origin& where, std::string key, std::string text) {
    findings_.push_back(
        {severity, where.variable.empty() ? file_ : where.variable, where.line, std::move(key), std::move(text)});
}

}  // namespace berth::config
