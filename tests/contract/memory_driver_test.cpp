#include "storage/memory/memory_driver.hpp"

#include "contract/driver_contract.hpp"

namespace berth::test {

namespace {

class memory_store final : public store_under_test {
public:
    storage::driver& driver() override { return driver_; }

private:
    storage::memory_driver driver_;
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(memory, driver_contract, testing::Values([] { return std::make_unique<memory_store>(); }));

}  // namespace berth::test
