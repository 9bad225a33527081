#include "app/warm_at_start.hpp"

#include "app/startup_error.hpp"

#include <boost/asio/steady_timer.hpp>

#include <random>

namespace berth::app {

namespace {

using registry::warm_job;
using std::chrono::steady_clock;

constexpr steady_clock::duration first_pause = std::chrono::seconds{1};
constexpr steady_clock::duration longest_pause = std::chrono::minutes{5};

steady_clock::duration random_part_of(steady_clock::duration whole) {
    std::mt19937_64 chance{std::random_device{}()};
    return steady_clock::duration{std::uniform_int_distribution<steady_clock::rep>{0, whole.count()}(chance)};
}

awaitable<void> pause(steady_clock::duration time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

// True when nothing is left to be tried.
awaitable<bool> warm(registry::image_warmer& warmer, const oci::image_reference& image) {
    const warm_job::target target{image, oci::platform::of_this_machine()};
    const auto executor = co_await asio::this_coro::executor;
    const auto job = warmer.start(target, false, executor);
    co_await job->wait_for(warm_job::milestone::ended, steady_clock::time_point::max());
    const auto ended = co_await job->now();
    co_return !ended.why || ended.why->is == warm_job::trouble::does_not_fit;
}

}  // namespace

std::vector<oci::image_reference> warm_images_of(const std::vector<std::string>& texts) {
    std::vector<oci::image_reference> images;
    for (const std::string& text : texts) {
        const auto image = oci::image_reference::parse(text);
        if (!image)
            throw startup_error{"storage.cache.blob.warm: \"" + text +
                                "\" is no image; write NAME:TAG or NAME@DIGEST, without a registry's host"};
        images.push_back(*image);
    }
    return images;
}

awaitable<void> warm_at_start(registry::image_warmer& warmer, std::vector<oci::image_reference> images,
                              steady_clock::duration longest_delay) {
    if (images.empty()) co_return;
    co_await pause(random_part_of(longest_delay));
    for (auto between = first_pause; !images.empty(); between = std::min(between * 2, longest_pause)) {
        std::vector<oci::image_reference> again;
        for (const oci::image_reference& image : images) {
            const bool done = co_await warm(warmer, image);
            if (!done) again.push_back(image);
        }
        images = std::move(again);
        if (!images.empty()) co_await pause(between);
    }
}

}  // namespace berth::app
