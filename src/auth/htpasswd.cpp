#include "auth/htpasswd.hpp"

#include "auth/basic_credentials.hpp"
#include "auth/bcrypt.hpp"
#include "auth/challenge.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"

#include <openssl/rand.h>

#include <array>

namespace berth::auth {

using std::chrono::steady_clock;

namespace {

std::string random_secret() {
    std::string secret(32, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(secret.data()), static_cast<int>(secret.size())) != 1)
        throw std::runtime_error{"the operating system gives no random numbers"};
    return secret;
}

// A hash has no line break and a user no colon, so no two questions are written alike.
std::string key_of(const std::string& secret, const basic_credentials& shown, const std::string& hash) {
    const sha256_bytes made = hmac_sha256(secret, hash + '\n' + shown.user + ':' + shown.password);
    return {made.begin(), made.end()};
}

challenge basic_challenge(const std::string& realm) {
    const std::array<std::pair<std::string_view, std::string>, 1> parameters{{{"realm", realm}}};
    return make_challenge("Basic", parameters);
}

/// Counts while it lives.
class place {
public:
    explicit place(std::atomic<std::size_t>& taken) : taken_{taken}, number_{++taken} {}
    ~place() { --taken_; }
    place(const place&) = delete;

    std::size_t number() const { return number_; }

private:
    std::atomic<std::size_t>& taken_;
    const std::size_t number_;
};

}  // namespace

htpasswd::htpasswd(options options)
    : options_{std::move(options)},
      secret_{random_secret()},
      read_at_{file_stamp::of(options_.path)},
      file_{read_file()},
      looked_at_{steady_clock::now()},
      remembered_{options_.max_remembered},
      hashing_{options_.threads},
      reading_{1} {}

awaitable<verdict> htpasswd::check(question asked) {
    const auto shown = parse_basic(asked.authorization);
    if (!shown) co_return basic_challenge(options_.realm);
    co_await look_at_file();
    const auto users = file();
    const std::string* const known = users->hash_of(shown->user);
    // Somebody unknown takes as long, so that nobody can find out who is there.
    const std::string hash = known ? *known : users->unknown_hash();
    const std::string key = key_of(secret_, *shown, hash);
    if (is_remembered(key)) co_return granted{shown->user};
    const bool right = co_await flights_.run(key, [&] { return compute(key, shown->password, hash); });
    if (right && known) co_return granted{shown->user};
    // What is no user's name may be somebody's password.
    log::info("a password is wrong", {{"user", known ? shown->user : "(unknown)"}});
    co_return basic_challenge(options_.realm);
}

awaitable<bool> htpasswd::compute(const std::string& key, const std::string& password, const std::string& hash) {
    if (is_remembered(key)) co_return true;
    const place mine{waiting_};
    if (mine.number() > options_.max_waiting) throw overloaded{"too many passwords wait to be looked at"};
    const bool right = co_await hashing_.run([&] { return bcrypt::matches(password, hash); });
    hashes_computed_.add();
    if (right) {
        const std::lock_guard lock{mutex_};
        remembered_.put(key, {});
    }
    co_return right;
}

bool htpasswd::is_remembered(const std::string& key) {
    const std::lock_guard lock{mutex_};
    return remembered_.find(key) != nullptr;
}

std::shared_ptr<const password_file> htpasswd::file() const {
    const std::lock_guard lock{mutex_};
    return file_;
}

std::shared_ptr<const password_file> htpasswd::read_file() const {
    auto read = std::make_shared<const password_file>(password_file::read({"path", options_.path}));
    std::string lines;
    for (const std::size_t line : read->lines_of_no_use()) lines += (lines.empty() ? "" : ", ") + std::to_string(line);
    if (!lines.empty())
        log::warn("passwords that are not hashed by bcrypt let nobody in; make them with `htpasswd -B`",
                  {{"file", options_.path}, {"lines", lines}});
    if (read->size() == 0) log::warn("there is no user who could be let in", {{"file", options_.path}});
    return read;
}

// One request looks for all that come meanwhile.
awaitable<void> htpasswd::look_at_file() {
    const auto now = steady_clock::now();
    {
        const std::lock_guard lock{mutex_};
        if (now - looked_at_ < options_.look_every) co_return;
        looked_at_ = now;
    }
    co_await reading_.run([this] {
        if (const file_stamp stamp = file_stamp::of(options_.path); stamp != read_at_) reread_now(stamp);
    });
}

void htpasswd::reread() {
    reading_.post([this] { reread_now(file_stamp::of(options_.path)); });
}

// `now` is from before the reading: what is written meanwhile is a change.
void htpasswd::reread_now(const file_stamp& now) {
    read_at_ = now;
    try {
        auto read = read_file();
        log::info("the file of auth.htpasswd was read again", {{"users", std::to_string(read->size())}});
        const std::lock_guard lock{mutex_};
        file_ = std::move(read);
    } catch (const option_error& error) {
        log::error("the file of auth.htpasswd is of no use; what it said before counts on",
                   {{"because", "auth.htpasswd." + std::string{error.what()}}});
    }
}

}  // namespace berth::auth
