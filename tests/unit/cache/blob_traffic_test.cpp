#include "cache/blob_traffic.hpp"

#include "support/run.hpp"

#include <gtest/gtest.h>

namespace berth::cache {
namespace {

TEST(blob_meter, counts_a_reader_where_his_first_byte_came_from) {
    blob_traffic traffic;
    blob_meter meter{traffic};
    meter.gave(blob_origin::disk, 10);
    meter.gave(blob_origin::disk, 20);
    meter.gave(blob_origin::store, 5);
    EXPECT_EQ(traffic.disk.bytes.value(), 30u);
    EXPECT_EQ(traffic.store.bytes.value(), 5u);
    EXPECT_EQ(traffic.shared.bytes.value(), 0u);
    EXPECT_EQ(traffic.disk.first_byte.count(), 1u);
    EXPECT_EQ(traffic.store.first_byte.count(), 0u);
}

TEST(blob_meter, a_reader_who_gets_nothing_counts_nowhere) {
    blob_traffic traffic;
    blob_meter meter{traffic};
    meter.gave(blob_origin::shared, 0);
    EXPECT_EQ(traffic.shared.first_byte.count(), 0u);
}

TEST(metered_source, gives_the_stores_bytes_and_counts_them) {
    blob_traffic traffic;
    auto store = std::make_unique<async::string_source>("twelve bytes");
    metered_source source{std::move(store), blob_meter{traffic}};
    EXPECT_EQ(test::run(async::read_all(source, 100)), "twelve bytes");
    EXPECT_EQ(traffic.store.bytes.value(), 12u);
    EXPECT_EQ(traffic.store.first_byte.count(), 1u);
}

}  // namespace
}  // namespace berth::cache
