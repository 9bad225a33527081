#include "fault/s3_fixture.hpp"

namespace berth::storage {
namespace {

TEST(s3_clock, row_29_that_is_wrong_is_corrected_by_the_servers) {
    for (const auto offset : {std::chrono::seconds{1200}, std::chrono::seconds{-1200}}) {
        test::fake_s3::options settings;
        settings.clock_offset = offset;
        test::fake_s3 server{settings};
        event_loop loop;
        s3_driver driver{options_for(server)};
        loop.run(driver.put("/file", "x"));
        loop.run(driver.put("/file", "y"));
        EXPECT_EQ(server.requests().size(), 3u);  // refused, signed again, and right at once from then on
        EXPECT_EQ(server.find_object("file")->bytes, "y");
    }
}

TEST(s3_clock, that_is_wrong_is_corrected_by_the_answer_to_a_head) {
    test::fake_s3::options settings;
    settings.clock_offset = std::chrono::seconds{3600};
    test::fake_s3 server{settings};
    server.put_object("file", "content");
    event_loop loop;
    s3_driver driver{options_for(server)};
    EXPECT_TRUE(loop.run(driver.stat("/file")));
}

TEST(s3_clock, that_is_always_wrong_ends_the_request) {
    test::fake_s3 server;
    server.add_fault({.times = fault::always, .what = fault::answer{403, "RequestTimeTooSkewed"}});
    event_loop loop;
    s3_driver driver{options_for(server)};
    failure_of(loop, driver.put("/file", "x"));
    EXPECT_EQ(server.requests().size(), 2u);
}

TEST(s3_region, that_is_wrong_is_corrected_by_what_the_server_says) {
    test::fake_s3::options settings;
    settings.region = "eu-central-1";
    test::fake_s3 server{settings};
    event_loop loop;
    auto options = options_for(server);
    options.client.bucket.region = "us-east-1";
    s3_driver driver{options};
    loop.run(driver.put("/file", "x"));
    loop.run(driver.put("/file", "y"));
    EXPECT_EQ(server.find_object("file")->bytes, "y");
    EXPECT_EQ(server.count("PutObject"), 3u);
}

TEST(s3_region, that_a_redirect_names_is_used_from_then_on) {
    test::fake_s3::options settings;
    settings.region = "eu-west-1";
    test::fake_s3 server{settings};
    server.put_object("file", "x");
    event_loop loop;

    server.add_fault({.what = fault::wrong_region{"eu-west-1"}});
    s3_driver getting{options_for(server)};
    EXPECT_EQ(loop.run(getting.find("/file", 10)), "x");
    EXPECT_EQ(server.requests().size(), 2u);

    server.clear_requests();
    server.add_fault({.what = fault::wrong_region{"eu-west-1"}});
    s3_driver asking{options_for(server)};
    EXPECT_TRUE(loop.run(asking.stat("/file")));
    EXPECT_TRUE(loop.run(asking.stat("/file")));
    EXPECT_EQ(server.requests().size(), 3u);
}

TEST(s3_region, that_leads_in_circles_ends_the_request) {
    test::fake_s3 server;
    server.add_fault({.times = fault::always, .what = fault::wrong_region{"eu-west-1"}});
    event_loop loop;
    s3_driver driver{options_for(server)};
    failure_of(loop, driver.put("/file", "x"));
    EXPECT_EQ(server.requests().size(), 2u);
}

}  // namespace
}  // namespace berth::storage
