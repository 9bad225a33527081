#include "auth/password_file.hpp"

#include "auth/bcrypt.hpp"

#include <algorithm>

namespace berth::auth {

password_file password_file::read(const option_file& file) {
    if (file_stamp::of(file.path) == file_stamp{})
        file.fail("is not there; make it with `htpasswd -cB " + file.path + " USER`, for the user that berth runs as");
    return parse(file.read(), file);
}

password_file password_file::parse(std::string_view text, const option_file& file) {
    password_file made;
    std::string_view first = "$2y$10$";
    std::size_t number = 0;
    while (!text.empty()) {
        ++number;
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
        if (line.empty() || line.starts_with('#')) continue;
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos)
            file.fail("has no USER:HASH in line " + std::to_string(number) +
                      "; put # before it, or make it with `htpasswd -B`");
        const std::string user{line.substr(0, colon)};
        const std::string_view hash = line.substr(colon + 1);
        made.hashes_.erase(user);
        if (!bcrypt::is_hash(hash)) {
            made.lines_of_no_use_.push_back(number);
            continue;
        }
        if (made.hashes_.empty()) first = hash;
        made.hashes_.emplace(user, hash);
    }
    made.unknown_hash_ = bcrypt::unknown_hash(first);
    return made;
}

const std::string* password_file::hash_of(const std::string& user) const {
    const auto found = hashes_.find(user);
    return found == hashes_.end() ? nullptr : &found->second;
}

}  // namespace berth::auth
