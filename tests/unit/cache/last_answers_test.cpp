#include "cache/disk/last_answers.hpp"

#include "support/run.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace berth::cache {
namespace {

using namespace std::chrono_literals;
using kind = holdings::kind;

const oci::repository_name net = *oci::repository_name::parse("team/net"),
                           other = *oci::repository_name::parse("other");
const oci::tag v1 = *oci::tag::parse("v1");
const oci::digest one = oci::digest::of("one"), two = oci::digest::of("two"), layer = oci::digest::of("layer");

class last_answers_test : public testing::Test {
protected:
    void open() {
        answers_.reset();
        answers_ = std::make_unique<last_answers>(last_answers::options{
            .file = directory_.path() / "answers.sqlite", .lifetime = 1h, .now = [this] { return now_.load(); }});
    }
    void SetUp() override { open(); }

    std::optional<oci::digest> tag() {
        const auto found = test::run(answers_->find_tag(net, v1));
        return found ? std::optional{found->manifest} : std::nullopt;
    }
    std::optional<std::uint64_t> blob(const oci::repository_name& name, const oci::digest& digest) {
        return test::run(answers_->find_blob(name, digest));
    }
    std::optional<std::string> manifest(const oci::repository_name& name, const oci::digest& digest) {
        return test::run(answers_->find_manifest(name, digest));
    }
    static std::shared_ptr<const verified_manifest> manifest_of(const std::string& bytes) {
        return std::make_shared<const verified_manifest>(verified_manifest{bytes, "type", {}});
    }

    test::temporary_directory directory_;
    std::atomic<wall_time> now_{std::chrono::system_clock::from_time_t(1'800'000'000)};
    std::unique_ptr<last_answers> answers_;
};

TEST_F(last_answers_test, say_what_was_noted_last_also_when_opened_again) {
    EXPECT_FALSE(tag());
    answers_->note_tag(net, v1, one, answers_->epoch());
    answers_->note_tag(net, v1, two, answers_->epoch());
    answers_->note_blob(net, layer, 7, answers_->epoch());
    test::run(answers_->flush());
    open();
    EXPECT_EQ(tag(), two);
    EXPECT_EQ(blob(net, layer), 7u);
    EXPECT_FALSE(blob(other, layer)) << "what one repository holds another one does not";
    EXPECT_TRUE(test::run(answers_->knows(net)));
    EXPECT_FALSE(test::run(answers_->knows(other)));
}

TEST_F(last_answers_test, know_of_a_manifest_its_bytes_and_the_blobs_it_vouches_for) {
    answers_->note_manifest(net, one, manifest_of("{}"), {{layer, 7}}, answers_->epoch());
    answers_->note_manifest(other, two, manifest_of("{ }"), {}, answers_->epoch());
    EXPECT_EQ(manifest(net, one), "{}");
    EXPECT_EQ(manifest(other, two), "{ }");
    EXPECT_FALSE(manifest(other, one)) << "content is shared, who holds it is not";
    EXPECT_EQ(blob(net, layer), 7u);
    EXPECT_FALSE(blob(other, layer));
}

TEST_F(last_answers_test, are_good_for_their_lifetime_after_the_store_gave_them) {
    answers_->note_tag(net, v1, one, answers_->epoch());
    answers_->note_manifest(net, one, manifest_of("{}"), {{layer, 7}}, answers_->epoch());
    now_ = now_.load() + 59min;
    EXPECT_EQ(tag(), one);
    now_ = now_.load() + 2min;
    EXPECT_FALSE(tag());
    EXPECT_FALSE(manifest(net, one));
    EXPECT_FALSE(blob(net, layer));
}

TEST_F(last_answers_test, that_the_store_gives_again_live_on) {
    answers_->note_tag(net, v1, one, answers_->epoch());
    now_ = now_.load() + 59min;
    answers_->note_tag(net, v1, one, answers_->epoch());
    now_ = now_.load() + 59min;
    EXPECT_EQ(tag(), one);
}

TEST_F(last_answers_test, are_forgotten_one_by_one_and_can_be_noted_again_at_once) {
    answers_->note_tag(net, v1, one, answers_->epoch());
    answers_->note_manifest(net, one, manifest_of("{}"), {{layer, 7}}, answers_->epoch());
    answers_->forget_tag(net, v1);
    answers_->forget(kind::manifest, net, one);
    EXPECT_FALSE(tag());
    EXPECT_FALSE(manifest(net, one));
    EXPECT_EQ(blob(net, layer), 7u);
    answers_->forget(kind::blob, net, layer);
    EXPECT_FALSE(blob(net, layer));
    answers_->note_tag(net, v1, one, answers_->epoch());
    answers_->note_manifest(net, one, manifest_of("{}"), {{layer, 7}}, answers_->epoch());
    EXPECT_EQ(tag(), one);
    EXPECT_EQ(manifest(net, one), "{}");
}

TEST_F(last_answers_test, from_before_something_was_deleted_are_not_noted) {
    const auto asked = answers_->epoch();
    answers_->forget_tag(net, v1);
    answers_->note_tag(net, v1, one, asked);
    EXPECT_FALSE(tag());
    const auto asked_again = answers_->epoch();
    answers_->forget(kind::manifest, net, one);
    answers_->note_manifest(net, one, manifest_of("{}"), {{layer, 7}}, asked_again);
    answers_->note_blob(net, layer, 7, asked_again);
    EXPECT_FALSE(manifest(net, one));
    EXPECT_FALSE(blob(net, layer));
}

TEST_F(last_answers_test, that_turned_out_to_be_wrong_say_nothing_of_others_that_are_on_their_way) {
    const auto asked = answers_->epoch();
    answers_->note_tag(net, v1, one, asked);
    answers_->doubt_tag(net, v1);
    answers_->doubt(kind::blob, net, layer);
    EXPECT_FALSE(tag());
    answers_->note_blob(net, layer, 7, asked);
    EXPECT_EQ(blob(net, layer), 7u);
}

TEST_F(last_answers_test, are_forgotten_however_much_waits_for_the_disk) {
    answers_->note_tag(net, v1, one, answers_->epoch());
    const std::string much(20'000, 'x');
    for (int i = 0; i < 5000; ++i)
        answers_->note_manifest(net, oci::digest::of(std::to_string(i)), manifest_of(much), {}, answers_->epoch());
    answers_->forget_tag(net, v1);
    EXPECT_FALSE(tag());
}

TEST_F(last_answers_test, that_are_too_old_leave_the_disk) {
    answers_->note_manifest(net, one, manifest_of(std::string(1'000'000, 'x')), {}, answers_->epoch());
    now_ = now_.load() + 2h;
    answers_->note_manifest(net, two, manifest_of("{}"), {}, answers_->epoch());
    test::run(answers_->tidy());
    now_ = now_.load() - 2h;
    EXPECT_FALSE(manifest(net, one));
    EXPECT_EQ(manifest(net, two), "{}");
}

}  // namespace
}  // namespace berth::cache
