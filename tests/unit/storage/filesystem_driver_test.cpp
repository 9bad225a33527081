// What is special about files; the rest is in tests/contract.
#include "storage/filesystem/filesystem_driver.hpp"

#include "storage/filesystem/files.hpp"
#include "support/run.hpp"
#include "support/temporary_directory.hpp"
#include "support/write.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::storage {
namespace {

using test::run;
using testing::ElementsAre;
using testing::HasSubstr;

class filesystem_driver_test : public testing::Test {
protected:
    std::string on_disk(const std::string& file) const { return root_ + file; }
    void write_beside(const std::string& file, const std::string& content) const {
        std::ofstream{on_disk(file)} << content;
    }
    static mode_t mode_of(const std::string& file) {
        struct stat s {};
        ::stat(file.c_str(), &s);
        return s.st_mode & 07777;
    }

    test::temporary_directory folder_;
    std::string root_ = folder_.path() / "root";
    filesystem_driver driver_{{.rootdirectory = root_, .maxthreads = 2}};
};

TEST_F(filesystem_driver_test, the_path_on_disk_is_the_root_and_the_path) {
    run(driver_.put("/docker/registry/v2/file", "content"));
    std::string found;
    std::getline(std::ifstream{on_disk("/docker/registry/v2/file")}, found);
    EXPECT_EQ(found, "content");
}

TEST_F(filesystem_driver_test, slashes_at_the_end_of_the_root_do_not_matter) {
    filesystem_driver other{{.rootdirectory = root_ + "//", .maxthreads = 1}};
    run(other.put("/file", "content"));
    EXPECT_EQ(run(driver_.find("/file", 100)), "content");
}

TEST_F(filesystem_driver_test, the_umask_decides_who_may_read) {
    const mode_t before = ::umask(027);
    run(driver_.put("/dir/file", ""));
    ::umask(before);
    EXPECT_EQ(mode_of(on_disk("/dir")), 0750u);
    EXPECT_EQ(mode_of(on_disk("/dir/file")), 0640u);
}

TEST_F(filesystem_driver_test, staging_is_a_file_at_its_path) {
    const auto writer = run(driver_.create("/uploads/1/data"));
    run(test::write(*writer, "123"));
    EXPECT_EQ(run(driver_.find("/uploads/1/data", 100)), "123");
    run(writer->clean_up());
}

TEST_F(filesystem_driver_test, a_destroyed_writer_leaves_its_staging_behind) {
    auto writer = run(driver_.create("/uploads/1/data"));
    run(test::write(*writer, "123"));
    writer.reset();
    EXPECT_TRUE(run(driver_.stat("/uploads/1/data")));
}

TEST_F(filesystem_driver_test, listings_leave_files_on_their_way_out) {
    run(driver_.put("/dir/file", ""));
    write_beside("/dir/" + std::string{files::temporary_prefix} + "0", "");
    EXPECT_THAT(run(driver_.list("/dir")), ElementsAre("file"));
}

TEST_F(filesystem_driver_test, a_put_that_fails_leaves_nothing) {
    run(driver_.put("/dir/file/below", ""));
    EXPECT_THROW(run(driver_.put("/dir/file", "a directory is in the way")), error);
    std::vector<std::string> left;
    for (const auto& entry : std::filesystem::directory_iterator{on_disk("/dir")})
        left.push_back(entry.path().filename());
    EXPECT_THAT(left, ElementsAre("file"));
}

TEST_F(filesystem_driver_test, a_commit_that_fails_can_be_cancelled) {
    run(driver_.put("/file", ""));
    const auto writer = run(driver_.create("/uploads/1/data"));
    EXPECT_THROW(run(writer->commit("/file/below")), error);
    run(writer->clean_up());
    EXPECT_FALSE(run(driver_.stat("/uploads/1/data")));
}

TEST_F(filesystem_driver_test, remove_does_not_follow_symbolic_links) {
    run(driver_.put("/outside/file", "content"));
    run(driver_.put("/tree/file", ""));
    std::filesystem::create_directory_symlink(on_disk("/outside"), on_disk("/tree/link"));
    run(driver_.remove("/tree"));
    EXPECT_FALSE(std::filesystem::exists(on_disk("/tree")));
    EXPECT_EQ(run(driver_.find("/outside/file", 100)), "content");
}

TEST_F(filesystem_driver_test, a_pipe_is_no_file_and_holds_nobody_up) {
    run(driver_.put("/dir/file", ""));
    ASSERT_EQ(::mkfifo(on_disk("/dir/pipe").c_str(), 0600), 0);
    EXPECT_FALSE(run(driver_.open("/dir/pipe", {})));
    EXPECT_FALSE(run(driver_.stat("/dir/pipe")));
}

TEST_F(filesystem_driver_test, a_file_that_shrinks_while_it_is_read_is_an_error) {
    run(driver_.put("/file", "0123456789"));
    const auto opened = run(driver_.open("/file", {}));
    std::filesystem::resize_file(on_disk("/file"), 4);
    char buffer[16];
    EXPECT_EQ(run(opened->bytes->read_some(asio::buffer(buffer))), 4u);
    EXPECT_THROW(run(opened->bytes->read_some(asio::buffer(buffer))), error);
}

TEST_F(filesystem_driver_test, an_open_file_stays_whole_when_it_is_replaced) {
    run(driver_.put("/file", "0123456789"));
    const auto opened = run(driver_.open("/file", {}));
    run(driver_.put("/file", "new"));
    EXPECT_EQ(run(async::read_all(*opened->bytes, 100)), "0123456789");
}

TEST_F(filesystem_driver_test, an_error_names_the_path) {
    run(driver_.put("/file", ""));
    try {
        run(driver_.put("/file/below", ""));
        FAIL() << "a file is no directory";
    } catch (const error& e) {
        EXPECT_THAT(e.what(), HasSubstr(on_disk("/file")));
    }
}

TEST_F(filesystem_driver_test, offers_no_urls) {
    EXPECT_EQ(driver_.presigned_get("/file", std::chrono::seconds{60}), std::nullopt);
}

TEST_F(filesystem_driver_test, the_probe_accepts_a_root_that_can_be_made) {
    EXPECT_NO_THROW(run(driver_.probe()));
    EXPECT_FALSE(std::filesystem::exists(root_));
}

TEST_F(filesystem_driver_test, the_probe_accepts_a_root_that_is_there) {
    std::filesystem::create_directories(root_);
    EXPECT_NO_THROW(run(driver_.probe()));
}

TEST_F(filesystem_driver_test, the_probe_refuses_a_root_that_is_no_directory) {
    std::ofstream{root_} << "";
    EXPECT_THROW(run(driver_.probe()), error);
}

TEST_F(filesystem_driver_test, the_probe_refuses_a_root_below_a_file) {
    std::ofstream{folder_.path() / "file"} << "";
    filesystem_driver lost{{.rootdirectory = folder_.path() / "file/root", .maxthreads = 1}};
    EXPECT_THROW(run(lost.probe()), error);
}

TEST_F(filesystem_driver_test, the_probe_refuses_a_root_that_cannot_be_made) {
    ::chmod(folder_.path().c_str(), 0500);
    const auto probe_without_rights = [&] {
        // Root may write anywhere, so a process of its own gives that up first; another user already is nobody.
        if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2);
        filesystem_driver driver{{.rootdirectory = root_, .maxthreads = 1}};
        try {
            test::run(driver.probe());
        } catch (const error&) {
            ::_exit(0);
        }
        ::_exit(1);
    };
    EXPECT_EXIT(probe_without_rights(), testing::ExitedWithCode(0), "");
    ::chmod(folder_.path().c_str(), 0700);
}

TEST_F(filesystem_driver_test, leaks_no_descriptors) {
    const auto open_descriptors = [] {
        return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
    };
    run(driver_.put("/file", "0123"));
    const auto before = open_descriptors();
    for (int i = 0; i < 10; ++i) {
        run(driver_.put("/file", "0123"));
        run(driver_.find("/file", 100));
        EXPECT_THROW(run(driver_.find("/file", 1)), error);
        run(driver_.open("/file", {}));
        EXPECT_THROW(run(driver_.put("/file/below", "")), error);
        run(driver_.create("/staging/data"));
        run(run(driver_.create("/staging/data"))->clean_up());
        run(run(driver_.create("/staging/data"))->commit("/target"));
        run(driver_.list("/"));
    }
    EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace berth::storage
