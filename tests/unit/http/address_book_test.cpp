#include "http/address_book.hpp"

#include "http/client.hpp"
#include "support/run.hpp"
#include "support/test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace berth::http {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;
using endpoint = address_book::endpoint;

endpoint address(const char* text, std::uint16_t port = 80) {
    return {asio::ip::make_address(text), port};
}

const endpoint a = address("127.0.0.1"), b = address("127.0.0.2"), c = address("127.0.0.3");

awaitable<std::vector<endpoint>> three(const origin&) {
    co_return std::vector{a, b, c};
}

TEST(address_book, begins_with_each_address_in_turn) {
    address_book book{{"s3.example", 80, false}, three};
    std::multiset<endpoint> first;
    for (int i = 0; i < 6; ++i) first.insert(test::run(book.in_turn()).front());
    EXPECT_THAT(first, UnorderedElementsAre(a, a, b, b, c, c));
}

TEST(address_book, row_31_tries_last_what_failed_lately) {
    address_book book{{"s3.example", 80, false}, three};
    test::run(book.in_turn());
    book.failed(b);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(test::run(book.in_turn()).back(), b);
}

TEST(address_book, looks_a_name_up_once_for_all_who_ask_at_the_same_time) {
    int lookups = 0;
    const auto count = [&lookups](const origin&) -> awaitable<std::vector<endpoint>> {
        ++lookups;
        co_return std::vector{a};
    };
    address_book book{{"s3.example", 80, false}, count};
    for (int i = 0; i < 5; ++i) test::run(book.in_turn());
    EXPECT_EQ(lookups, 1);
}

TEST(address_book, says_what_is_wrong_with_a_name_that_has_no_address) {
    const auto fail = [](const origin&) -> awaitable<std::vector<endpoint>> {
        throw boost::system::system_error{asio::error::host_not_found};
        co_return std::vector<endpoint>{};
    };
    address_book book{{"s3.example", 80, false}, fail};
    EXPECT_THROW(test::run(book.in_turn()), boost::system::system_error);
}

TEST(address_book, needs_no_resolver_for_an_address) {
    address_book book{{"127.0.0.1", 81, false}};
    EXPECT_THAT(test::run(book.in_turn()), ElementsAre(address("127.0.0.1", 81)));
}

}  // namespace
}  // namespace berth::http
