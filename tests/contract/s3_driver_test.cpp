#include "storage/s3/s3_driver.hpp"

#include "contract/driver_contract.hpp"
#include "support/fake_s3.hpp"

namespace berth::test {

namespace {

// Small pages, parts and copies, so that every path is taken.
class s3_store final : public store_under_test {
public:
    s3_store() : fake_{{.page_size = 100}}, driver_{options_for(fake_)} {}
    ~s3_store() override { EXPECT_TRUE(fake_.open_uploads().empty()) << "a multipart upload was left behind"; }

    storage::driver& driver() override { return driver_; }

private:
    static storage::s3_options options_for(const fake_s3& fake) {
        storage::s3_options made;
        made.client.bucket = {.bucket = fake.settings().bucket, .region_endpoint = fake.endpoint()};
        made.client.keys = {fake.settings().access_key, fake.settings().secret_key, ""};
        made.root_directory = "/some/prefix/";
        made.write.parts.first_bytes = 5 * 1024 * 1024;
        made.write.copy = {.threshold_bytes = 12 * 1024 * 1024, .chunk_bytes = 5 * 1024 * 1024, .max_concurrency = 3};
        return made;
    }

    fake_s3 fake_;
    storage::s3_driver driver_;
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(s3, driver_contract, testing::Values([] { return std::make_unique<s3_store>(); }));

}  // namespace berth::test
