#include "storage/filesystem/filesystem_driver.hpp"

#include "contract/driver_contract.hpp"
#include "support/temporary_directory.hpp"

namespace berth::test {

namespace {

class filesystem_store final : public store_under_test {
public:
    storage::driver& driver() override { return driver_; }

private:
    temporary_directory folder_;
    // Below a folder that is not there yet, as on the first start of a registry.
    storage::filesystem_driver driver_{{.rootdirectory = folder_.path() / "var/registry", .maxthreads = 4}};
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(filesystem, driver_contract,
                         testing::Values([] { return std::make_unique<filesystem_store>(); }));

}  // namespace berth::test
