#include "support/fake_s3.hpp"

#include "support/fake_s3/conversation.hpp"

#include <algorithm>

namespace berth::test {

fake_s3::fake_s3() : fake_s3{options{}} {}

fake_s3::fake_s3(options options) : implementation_{std::make_unique<implementation>(std::move(options))} {
    start();
}

fake_s3::~fake_s3() = default;

const fake_s3::options& fake_s3::settings() const {
    return implementation_->settings;
}

std::uint16_t fake_s3::port() const {
    return implementation_->server.port();
}

std::string fake_s3::endpoint() const {
    return "http://127.0.0.1:" + std::to_string(port());
}

void fake_s3::stop() {
    implementation_->server.stop();
}

void fake_s3::start() {
    implementation_->server.start();
}

void fake_s3::add_fault(fault::rule rule) {
    const std::lock_guard lock{implementation_->mutex};
    implementation_->faults.push_back(std::move(rule));
}

void fake_s3::clear_faults() {
    const std::lock_guard lock{implementation_->mutex};
    implementation_->faults.clear();
}

std::vector<fake_s3::request> fake_s3::requests() const {
    const std::lock_guard lock{implementation_->mutex};
    return implementation_->log;
}

std::size_t fake_s3::count(std::string_view operation) const {
    const std::lock_guard lock{implementation_->mutex};
    return static_cast<std::size_t>(std::ranges::count(implementation_->log, operation, &request::operation));
}

void fake_s3::clear_requests() {
    const std::lock_guard lock{implementation_->mutex};
    implementation_->log.clear();
}

void fake_s3::put_object(const std::string& key, std::string bytes) {
    implementation_->bucket.put(key, s3::content{std::move(bytes)});
}

void fake_s3::change_etag(const std::string& key) {
    implementation_->bucket.change_etag(key);
}

void fake_s3::put_generated(const std::string& key, std::uint64_t size_bytes) {
    implementation_->bucket.put(key, s3::content::generated(size_bytes));
}

char fake_s3::generated_byte(std::uint64_t position) {
    return s3::content::generated_byte(position);
}

std::optional<fake_s3::object> fake_s3::find_object(const std::string& key) const {
    const auto found = implementation_->bucket.find(key);
    if (!found) return std::nullopt;
    return object{found->bytes.str(), found->etag, found->headers};
}

std::optional<std::uint64_t> fake_s3::object_size(const std::string& key) const {
    const auto found = implementation_->bucket.find(key);
    if (!found) return std::nullopt;
    return found->bytes.size();
}

void fake_s3::remove_object(const std::string& key) {
    implementation_->bucket.remove(key);
}

void fake_s3::make_older(std::chrono::seconds by) {
    implementation_->bucket.make_older(by);
}

std::vector<std::string> fake_s3::keys() const {
    std::vector<std::string> keys;
    for (const auto& [key, object] : implementation_->bucket.objects()) keys.push_back(key);
    return keys;
}

std::vector<std::pair<std::string, std::string>> fake_s3::open_uploads() const {
    std::vector<std::pair<std::string, std::string>> open;
    for (const auto& [id, upload] : implementation_->bucket.uploads()) open.emplace_back(upload.key, id);
    return open;
}

}  // namespace berth::test
