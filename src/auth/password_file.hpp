#pragma once

#include "base/option_file.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace berth::auth {

/// The file of Apache's htpasswd, as it was read: a line "user:hash" for each, the last one of a name counts; empty
/// lines, and those that begin with '#', are passed over. Immutable.
class password_file {
public:
    /// Throws option_error for a file that cannot be read, or has a line that is none; it shows nothing of the line.
    static password_file read(const option_file& file);
    /// The same from what stands in it.
    static password_file parse(std::string_view text, const option_file& file);

    /// nullptr where there is no such user, or none with a hash by bcrypt.
    const std::string* hash_of(const std::string& user) const;
    /// What the password of somebody unknown is compared with: of the cost of the first hash in the file.
    const std::string& unknown_hash() const { return unknown_hash_; }

    std::size_t size() const { return hashes_.size(); }  ///< Users that can be let in.
    /// Lines whose hash is not by bcrypt. Their users are not let in, as by registry:2.
    const std::vector<std::size_t>& lines_of_no_use() const { return lines_of_no_use_; }

private:
    password_file() = default;

    std::map<std::string, std::string> hashes_;
    std::string unknown_hash_;
    std::vector<std::size_t> lines_of_no_use_;
};

}  // namespace berth::auth
