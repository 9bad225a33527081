#include "cli/user_file.hpp"

#include "auth/basic_credentials.hpp"

#include <sys/stat.h>

namespace berth::cli {

std::string authorization_of(const option_file& user_file) {
    std::string line = user_file.read();
    struct stat about {};
    if (::stat(user_file.path.c_str(), &about) == 0 && (about.st_mode & S_IRWXO) != 0)
        user_file.fail("may be read by everybody; chmod 600 " + user_file.path);
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || colon == 0 || line.find('\n') != std::string::npos)
        user_file.fail("is not one line of the form USER:PASSWORD");
    return auth::to_authorization({line.substr(0, colon), line.substr(colon + 1)});
}

}  // namespace berth::cli
