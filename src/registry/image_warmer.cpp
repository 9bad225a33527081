#include "registry/image_warmer.hpp"

namespace berth::registry {

namespace {

awaitable<void> run(std::shared_ptr<warm_job> job) {
    co_await job->run();
}

}  // namespace

std::shared_ptr<warm_job> image_warmer::start(const warm_job::target& of, bool pin,
                                              const asio::any_io_executor& executor) {
    const std::string key = of.str();
    std::shared_ptr<warm_job> job;
    {
        const std::lock_guard lock{mutex_};
        if (const auto* known = jobs_.find(key))
            if (pin ? (*known)->pin_too() : !(*known)->has_ended()) return *known;
        job = std::make_shared<warm_job>(of, stores_);
        if (pin) job->pin_too();
        jobs_.put(key, job);
    }
    running_.spawn(executor, run(job));
    return job;
}

std::shared_ptr<warm_job> image_warmer::find(const warm_job::target& of) {
    const std::lock_guard lock{mutex_};
    const auto* known = jobs_.find(of.str());
    return known ? *known : nullptr;
}

awaitable<bool> image_warmer::stop() {
    running_.cancel();
    co_return co_await running_.wait(std::chrono::seconds{1});
}

}  // namespace berth::registry
