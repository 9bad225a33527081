#include "contract/driver_contract.hpp"

#include "support/write.hpp"

#include <atomic>
#include <random>

namespace berth::test {

void driver_contract::run_together(std::vector<awaitable<void>> tasks, unsigned threads) {
    std::vector<std::exception_ptr> failures(tasks.size());
    std::atomic<std::size_t> left = tasks.size();
    context_.restart();
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const auto keep = [this, &left, &failure = failures[i]](std::exception_ptr thrown) {
            failure = thrown;
            // The loop itself would go on for as long as a driver has a timer or an idle connection.
            if (--left == 0) context_.stop();
        };
        asio::co_spawn(asio::make_strand(context_), std::move(tasks[i]), keep);
    }
    {
        std::vector<std::jthread> others;
        for (unsigned i = 1; i < threads; ++i) others.emplace_back([this] { context_.run(); });
        context_.run();
    }
    for (const auto& failure : failures)
        if (failure) std::rethrow_exception(failure);
}

void driver_contract::write(storage::writer& into, std::string_view bytes) {
    run(test::write(into, bytes));
}

std::optional<std::string> driver_contract::read(const storage::path& file, storage::byte_range range) {
    auto opened = run(driver().open(file, range));
    if (!opened) return std::nullopt;
    auto drain = [](async::byte_source& from) -> awaitable<std::string> {
        std::string all;
        std::string piece(99'991, '\0');
        while (const std::size_t n = co_await from.read_some(asio::buffer(piece))) all.append(piece, 0, n);
        co_return all;
    };
    return run(drain(*opened->bytes));
}

std::vector<std::string> driver_contract::list_by_pages(const storage::path& directory, std::size_t limit) {
    std::vector<std::string> all;
    for (bool more = true; more;) {
        const storage::name_page page = list_page(directory, all.empty() ? "" : all.back(), limit);
        all.insert(all.end(), page.names.begin(), page.names.end());
        more = page.more;
        EXPECT_TRUE(!more || page.names.size() == limit);
        if (page.names.empty()) break;
    }
    return all;
}

std::string sample_bytes(std::size_t size, unsigned seed) {
    std::minstd_rand random{seed};
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random() >> 8);
    return bytes;
}

}  // namespace berth::test
