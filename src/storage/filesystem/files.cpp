#include "storage/filesystem/files.hpp"

#include "base/random_id.hpp"
#include "storage/name_collector.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>

namespace berth::storage::files {

namespace {

std::string_view advice(int code) {
    switch (code) {
        case ENOSPC:
        case EDQUOT:
            return "free some space there, or give it more";
        case EACCES:
        case EPERM:
            return "let the user that the registry runs as read and write there";
        case EROFS:
            return "mount it for writing";
        case EIO:
            return "check the disk";
        case EMFILE:
        case ENFILE:
            return "raise the limit of open files";
        case ENOTDIR:
        case EEXIST:
        case EISDIR:
            return "something stands there that the registry did not make; move it away";
        case ESTALE:
            return "check the server of this network filesystem";
        default:
            return "check the filesystem";
    }
}

[[noreturn]] void fail(std::string_view what, const std::string& where, int code) {
    throw error{"cannot " + std::string{what} + " " + where + ": " + std::generic_category().message(code) + "; " +
                std::string{advice(code)}};
}

bool means_absent(int code) {
    return code == ENOENT || code == ENOTDIR;
}

file_info info_of(const struct stat& s) {
    const auto since_epoch = std::chrono::seconds{s.st_mtim.tv_sec} + std::chrono::nanoseconds{s.st_mtim.tv_nsec};
    return {static_cast<std::uint64_t>(s.st_size), wall_time{since_epoch}};
}

std::string parent_of(const std::string& file) {
    const auto slash = file.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : file.substr(0, slash);
}

void sync_directory(const std::string& directory) {
    const unique_fd fd{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!fd) {
        if (errno == ENOENT) return;  // removed in the meantime
        fail("open", directory, errno);
    }
    // EINVAL: a filesystem that knows no such thing for directories.
    if (::fsync(fd.get()) != 0 && errno != EINVAL) fail("sync", directory, errno);
}

// True when it was made here, and will survive a power cut.
bool make_directory(const std::string& directory) {
    if (::mkdir(directory.c_str(), 0777) != 0) return false;
    sync_directory(parent_of(directory));
    return true;
}

void make_directories(const std::string& directory) {
    if (make_directory(directory)) return;
    if (errno == ENOENT) {
        make_directories(parent_of(directory));
        // Another thread may make it, or remove its parent, at any moment: whoever needs it tries again.
        if (make_directory(directory) || errno == ENOENT) return;
    }
    if (errno != EEXIST) fail("create the directory", directory, errno);
}

// Runs `attempt` until it does something else than fail because the directory of `file` is missing.
template <class Attempt>
int with_directories(const std::string& file, Attempt attempt) {
    constexpr int attempts = 10;  // each one more was undone by a concurrent remove
    for (int i = 1;; ++i) {
        const int outcome = attempt();
        if (outcome >= 0 || errno != ENOENT || i == attempts) return outcome;
        make_directories(parent_of(file));
    }
}

}  // namespace

std::optional<file_info> stat(const std::string& file) {
    struct stat s {};
    if (::stat(file.c_str(), &s) != 0) {
        if (means_absent(errno)) return std::nullopt;
        fail("look up", file, errno);
    }
    if (!S_ISREG(s.st_mode)) return std::nullopt;
    return info_of(s);
}

std::optional<opened> open(const std::string& file) {
    // O_NONBLOCK so that a named pipe that somebody put there cannot hold a thread for ever.
    unique_fd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!fd) {
        if (means_absent(errno)) return std::nullopt;
        fail("open", file, errno);
    }
    struct stat s {};
    if (::fstat(fd.get(), &s) != 0) fail("look up", file, errno);
    if (!S_ISREG(s.st_mode)) return std::nullopt;
    return opened{std::move(fd), info_of(s)};
}

std::size_t read_at(const unique_fd& from, const std::string& file, char* data, std::size_t size,
                    std::uint64_t offset) {
    std::size_t done = 0;
    while (done < size) {
        const auto n = ::pread(from.get(), data + done, size - done, static_cast<off_t>(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail("read", file, errno);
        if (n == 0) break;
        done += static_cast<std::size_t>(n);
    }
    return done;
}

unique_fd create(const std::string& file) {
    constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
    unique_fd fd{with_directories(file, [&] { return ::open(file.c_str(), flags, 0666); })};
    if (!fd) fail("create", file, errno);
    return fd;
}

unique_fd reopen(const std::string& file, std::uint64_t size_bytes) {
    unique_fd fd{::open(file.c_str(), O_WRONLY | O_CLOEXEC)};
    if (!fd && !means_absent(errno)) fail("open", file, errno);
    struct stat s {};
    if (fd && ::fstat(fd.get(), &s) != 0) fail("look up", file, errno);
    if (!fd || static_cast<std::uint64_t>(s.st_size) < size_bytes)
        throw staging_lost{file + " does not hold what was saved there; find out who removes it"};
    const auto end = static_cast<off_t>(size_bytes);
    if (::ftruncate(fd.get(), end) != 0 || ::lseek(fd.get(), end, SEEK_SET) < 0) fail("cut off", file, errno);
    return fd;
}

std::unique_ptr<hold> try_to_hold(const std::string& file) {
    struct locked final : hold {
        explicit locked(unique_fd of) : fd{std::move(of)} {}
        unique_fd fd;
    };
    unique_fd fd{::open(file.c_str(), O_RDWR | O_CLOEXEC)};
    if (!fd && !means_absent(errno)) fail("open", file, errno);
    if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return nullptr;
        fail("lock", file, errno);
    }
    return std::make_unique<locked>(std::move(fd));
}

void sync(const unique_fd& fd, const std::string& file) {
    if (::fsync(fd.get()) != 0) fail("sync", file, errno);
}

void write_all(const unique_fd& to, const std::string& file, const char* data, std::size_t size) {
    while (size != 0) {
        const auto n = ::write(to.get(), data, size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail("write", file, errno);
        data += n;
        size -= static_cast<std::size_t>(n);
    }
}

void publish(const unique_fd& fd, const std::string& from, const std::string& to) {
    sync(fd, from);
    if (with_directories(to, [&] { return ::rename(from.c_str(), to.c_str()); }) != 0) fail("write", to, errno);
    sync_directory(parent_of(to));
}

void put(const std::string& file, std::string_view content) {
    const std::string temporary = parent_of(file) + "/" + std::string{temporary_prefix} + random_uuid();
    const unique_fd fd = create(temporary);
    try {
        write_all(fd, temporary, content.data(), content.size());
        publish(fd, temporary, file);
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
}

name_page list_page(const std::string& directory, std::string after, std::size_t limit) {
    name_collector names{std::move(after), limit};
    std::error_code code;
    for (std::filesystem::directory_iterator at{directory, code}, end; !code && at != end; at.increment(code)) {
        std::string name = at->path().filename().string();
        if (!name.starts_with(temporary_prefix)) names.add(std::move(name));
    }
    if (code && !means_absent(code.value())) fail("list", directory, code.value());
    return names.take();
}

namespace {

/// Goes through a tree in the byte order of paths, in which "a-b/x" comes before "a/x".
class file_walk {
public:
    file_walk(const std::string& root, const path& after, std::size_t limit)
        : root_{root}, after_{after}, limit_{limit} {}

    void look_into(const path& directory) {
        // As it stands in the paths: a directory's name goes on with "/".
        std::vector<std::string> names;
        std::error_code code;
        for (std::filesystem::directory_iterator at{root_ + directory, code}, end; !code && at != end;
             at.increment(code)) {
            std::string name = at->path().filename().string();
            if (name.starts_with(temporary_prefix)) continue;
            std::error_code gone;
            if (at->symlink_status(gone).type() == std::filesystem::file_type::directory) name += '/';
            names.push_back(std::move(name));
        }
        if (code && !means_absent(code.value())) fail("list", root_ + directory, code.value());
        std::ranges::sort(names);
        for (const std::string& name : names) {
            if (page_.more) return;
            look_at(directory + "/" + name);
        }
    }

    file_page take() { return std::move(page_); }

private:
    void look_at(path what) {
        const bool comes_before = what < after_ && !std::string_view{after_}.starts_with(what);
        if (what == after_ || comes_before) return;
        if (what.ends_with('/')) {
            what.pop_back();
            return look_into(what);
        }
        const auto info = stat(root_ + what);
        if (!info) return;
        page_.more = page_.files.size() == limit_;
        if (!page_.more) page_.files.push_back({std::move(what), info->size_bytes, info->modified});
    }

    const std::string& root_;
    const path& after_;
    const std::size_t limit_;
    file_page page_;
};

}  // namespace

file_page list_files(const std::string& root, const path& directory, const path& after, std::size_t limit) {
    file_walk walk{root, after, limit};
    walk.look_into(directory);
    return walk.take();
}

void remove(const std::string& file_or_directory) {
    std::error_code code;
    std::filesystem::remove_all(file_or_directory, code);
    if (code && !means_absent(code.value())) fail("remove", file_or_directory, code.value());
}

void remove_if_empty(const std::string& directory) {
    ::rmdir(directory.c_str());
}

bool copy(const std::string& from, const std::string& to) {
    const std::string temporary = parent_of(to) + "/" + std::string{temporary_prefix} + random_uuid();
    const auto name_anew = [&] {
        if (!stat(from)) return 1;  // ENOENT below may speak of either name
        return ::link(from.c_str(), temporary.c_str());
    };
    const int outcome = with_directories(temporary, name_anew);
    if (outcome > 0) return false;
    std::error_code code;
    if (outcome != 0) std::filesystem::copy_file(from, temporary, code);
    if (code == std::errc::no_such_file_or_directory) return false;
    if (code) fail("copy", from, code.value());
    try {
        const unique_fd fd{::open(temporary.c_str(), O_RDONLY | O_CLOEXEC)};
        if (!fd) fail("open", temporary, errno);
        if (::futimens(fd.get(), nullptr) != 0) fail("write", temporary, errno);
        publish(fd, temporary, to);
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    ::unlink(temporary.c_str());  // rename() leaves both names where they are of one file already
    return true;
}

namespace {

/// The file whose lock is held while a file is removed before a deadline, and whose time is the store's clock.
class removals_file {
public:
    explicit removals_file(const std::string& root)
        : name_{root + "/" + std::string{temporary_prefix} + "removals"}, fd_{create(name_)} {}

    /// `kind` is LOCK_EX or LOCK_SH. False while others hold it; it ends with this object.
    bool try_lock(int kind) const {
        if (::flock(fd_.get(), kind | LOCK_NB) == 0) return true;
        if (errno != EWOULDBLOCK && errno != EINTR) fail("lock", name_, errno);
        return false;
    }

    wall_time now() const {
        struct stat s {};
        if (::futimens(fd_.get(), nullptr) != 0 || ::fstat(fd_.get(), &s) != 0) fail("write", name_, errno);
        return info_of(s).modified;
    }

private:
    const std::string name_;
    const unique_fd fd_;
};

}  // namespace

wall_time now(const std::string& root) {
    return removals_file{root}.now();
}

bool remove_until(const std::string& root, const std::string& file, wall_time deadline) {
    const removals_file removals{root};
    while (!removals.try_lock(LOCK_EX)) {
        if (removals.now() >= deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    if (removals.now() >= deadline) return false;
    remove(file);
    return true;
}

bool is_past(const std::string& root, wall_time deadline) {
    const removals_file removals{root};
    return removals.now() >= deadline && removals.try_lock(LOCK_SH);
}

void probe(const std::string& root) {
    struct stat s {};
    if (::stat(root.c_str(), &s) == 0) {
        if (!S_ISDIR(s.st_mode)) fail("use", root, ENOTDIR);
        if (::access(root.c_str(), R_OK | X_OK) != 0) fail("read", root, errno);
        return;
    }
    if (errno != ENOENT) fail("look up", root, errno);
    std::string ancestor = parent_of(root);
    while (::access(ancestor.c_str(), F_OK) != 0 && errno == ENOENT && ancestor != parent_of(ancestor))
        ancestor = parent_of(ancestor);
    if (::access(ancestor.c_str(), W_OK | X_OK) != 0) fail("create a directory in", ancestor, errno);
}

}  // namespace berth::storage::files
