#pragma once

#include "storage/driver.hpp"
#include "storage/filesystem/unique_fd.hpp"

#include <optional>
#include <string>
#include <string_view>

/// What the filesystem driver does with files. Every function blocks and throws storage::error with the path,
/// what failed and what to do. Paths are those of the operating system. New directories get 0777 and new
/// files 0666, less the umask, as registry:2 gives them.
namespace berth::storage::files {

/// Files that begin like this are on their way to another name: listings leave them out.
inline constexpr std::string_view temporary_prefix = ".berth-";

/// A regular file that is open for reading, and what the system says of it.
struct opened {
    unique_fd fd;
    file_info info;
};

/// Nothing when no regular file has this path.
std::optional<file_info> stat(const std::string& file);
std::optional<opened> open(const std::string& file);

/// Up to `size` bytes from `offset` on; fewer only where the file ends.
std::size_t read_at(const unique_fd& from, const std::string& file, char* data, std::size_t size, std::uint64_t offset);

/// A new, empty file, or an emptied old one, with the directories it needs.
unique_fd create(const std::string& file);
/// The file, cut off behind its first `size_bytes` bytes, to be written from there on. Throws staging_lost where it is
/// not there, or shorter.
unique_fd reopen(const std::string& file, std::uint64_t size_bytes);
/// A lock on the file that only its holders ask for, and that ends with its process. Null where another one has it.
std::unique_ptr<hold> try_to_hold(const std::string& file);
/// Returns when the content survives a power cut.
void sync(const unique_fd& fd, const std::string& file);
void write_all(const unique_fd& to, const std::string& file, const char* data, std::size_t size);

/// Gives the file `from`, open as `fd`, the name `to`, whatever had it before, with the directories that
/// needs. When it returns, content and name survive a power cut.
void publish(const unique_fd& fd, const std::string& from, const std::string& to);

/// Writes a small file whole: under a temporary name beside it, then published.
void put(const std::string& file, std::string_view content);

/// The names in a directory, as driver::list_page has it. Reads the directory once, and asks for no file in it.
name_page list_page(const std::string& directory, std::string after, std::size_t limit);

/// The files below `root` + `directory`, as driver::list_files has it; their paths are without `root`.
file_page list_files(const std::string& root, const path& directory, const path& after, std::size_t limit);

/// A file, or a directory with all below it; symbolic links themselves, never what they point to.
void remove(const std::string& file_or_directory);
/// A directory that holds nothing any more. Others stay, without a word.
void remove_if_empty(const std::string& directory);

/// Another name for the same content, which never changes under a name; `from` and `to` get the time now. False when
/// there is no `from`. Where there can be no second name the bytes are copied.
bool copy(const std::string& from, const std::string& to);

/// The time that a file written now would get: a file server's own, where `root` lies on one.
wall_time now(const std::string& root);
/// Removes a file as long as now(root) is before `deadline`; false when it is not.
bool remove_until(const std::string& root, const std::string& file, wall_time deadline);
/// True once no process will remove a file by remove_until with that deadline any more, however slow it is.
bool is_past(const std::string& root, wall_time deadline);

/// Throws unless `root` is a directory that can be read, or could be made.
void probe(const std::string& root);

}  // namespace berth::storage::files
