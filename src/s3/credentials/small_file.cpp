#include "s3/credentials/small_file.hpp"

#include <boost/algorithm/string/trim.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace berth::s3 {

result<std::string> read_small_file(const std::string& path) {
    constexpr std::size_t most = 1024 * 1024;
    const auto failed = [] { return boost::system::error_code{errno, boost::system::system_category()}; };
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "re"), std::fclose};
    if (!file) return failed();
    std::string text(most + 1, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    if (std::ferror(file.get())) return failed();
    if (text.size() > most) return boost::system::errc::make_error_code(boost::system::errc::file_too_large);
    return text;
}

token_or_error read_token_file(const std::string& path) {
    const auto text = read_small_file(path);
    if (!text) return {.error = "the token file " + path + " cannot be read: " + text.error().message()};
    std::string token = boost::trim_copy(*text);
    if (token.empty()) return {.error = "the token file " + path + " is empty"};
    // The token goes into a header, where a line's end would begin another one.
    if (!std::ranges::all_of(token, [](unsigned char c) { return c > 0x20 && c < 0x7f; }))
        return {.error = "the token file " + path + " holds no token"};
    return {.token = std::move(token)};
}

}  // namespace berth::s3
