#include "auth/token/key_source.hpp"

#include "base/log.hpp"

namespace berth::auth {

key_source::key_source(key_files files, std::function<steady_time()> clock)
    : files_{std::move(files)},
      clock_{std::move(clock)},
      read_at_{look()},
      keys_{std::make_shared<trusted_keys>(files_)},
      next_look_{clock_() + std::chrono::seconds{1}} {}

std::shared_ptr<const trusted_keys> key_source::now() {
    const std::lock_guard lock{mutex_};
    if (clock_() >= next_look_) {
        next_look_ = clock_() + std::chrono::seconds{1};
        if (const stamps seen = look(); seen != read_at_) read(seen);
    }
    return keys_;
}

void key_source::reread() {
    const std::lock_guard lock{mutex_};
    read(look());
}

key_source::stamps key_source::look() const {
    return {file_stamp::of(files_.root_cert_bundle), file_stamp::of(files_.jwks)};
}

// `seen` is from before the reading: what is written meanwhile is a change.
void key_source::read(stamps seen) {
    read_at_ = seen;
    try {
        keys_ = std::make_shared<trusted_keys>(files_);
        log::info("the keys of auth.token have been read again");
    } catch (const option_error& error) {
        log::error("the files of auth.token are of no use; the keys before stay in use",
                   {{"because", "auth.token." + std::string{error.what()}}});
    }
}

}  // namespace berth::auth
