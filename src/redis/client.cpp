#include "redis/client.hpp"

#include "http/dial.hpp"

#include <boost/asio/ssl/context.hpp>

#include <algorithm>

namespace berth::redis {

namespace {

/// The replies to what is asked here are small. One that is not is no reply.
constexpr std::size_t most_reply_bytes = 1024 * 1024;

// Redis may say what it was sent, and that can be a password.
std::string first_words(const std::string& said) {
    return said.substr(0, std::min(said.find(", with args"), std::size_t{200}));
}

// What all else could still be done after.
bool is_of_one_command(const std::string& said) {
    constexpr std::string_view beginnings[] = {"MISCONF ", "NOPERM ", "OOM ", "READONLY ", "WRONGTYPE "};
    return std::ranges::any_of(beginnings, [&](std::string_view one) { return said.starts_with(one); });
}

const reply* error_in(const std::vector<reply>& replies) {
    const auto found = std::ranges::find(replies, reply::kind::error, &reply::is);
    return found == replies.end() ? nullptr : &*found;
}

std::string what_it_said(const reply& refusal) {
    return "it answered: " + first_words(refusal.text);
}

}  // namespace

class client::connection {
public:
    explicit connection(std::unique_ptr<http::transport> pipe) : pipe_{std::move(pipe)} {}

    http::transport& pipe() { return *pipe_; }

    /// Whether the first byte of an answer has come: a connection that ended before can have been closed while idle.
    bool has_answered() const { return has_answered_; }

    awaitable<error_code> exchange(const std::string& bytes, std::size_t count, const options& limits,
                                   std::vector<reply>& replies) {
        has_answered_ = false;
        pipe_->set_timeout(limits.write_timeout);
        if (const auto failed = co_await pipe_->write({asio::buffer(bytes), asio::const_buffer{}})) co_return failed;
        pipe_->set_timeout(limits.read_timeout);
        std::size_t arrived = 0;
        while (replies.size() < count) {
            std::array<char, 4096> piece;
            const auto [failed, n] = co_await pipe_->read_some(asio::buffer(piece));
            if (failed) co_return failed;
            has_answered_ = true;
            arrived += n;
            if (arrived > most_reply_bytes) throw protocol_error{"its answer is too long"};
            reader_.feed({piece.data(), n});
            while (auto one = reader_.next()) replies.push_back(std::move(*one));
        }
        if (replies.size() != count) throw protocol_error{"it answers more than it was asked"};
        co_return error_code{};
    }

    std::chrono::steady_clock::time_point idle_since{};

private:
    const std::unique_ptr<http::transport> pipe_;
    reply_reader reader_;
    bool has_answered_ = false;
};

/// One of the connections that may be at work.
class client::at_work {
public:
    explicit at_work(client& of) : of_{of} {
        const std::lock_guard lock{of_.mutex_};
        if (of_.at_work_ >= of_.options_.max_connections) throw busy{};
        ++of_.at_work_;
    }
    ~at_work() {
        const std::lock_guard lock{of_.mutex_};
        --of_.at_work_;
    }
    at_work(const at_work&) = delete;

private:
    client& of_;
};

client::client(options options)
    : options_{std::move(options)},
      addresses_{options_.server},
      idle_{options_.max_idle_connections, options_.max_idle_time} {}
client::~client() = default;

std::string client::server() const {
    return http::describe(options_.server);
}

// What a new connection says first.
std::vector<command> client::greeting() const {
    std::vector<command> all;
    if (!options_.password.empty() && !options_.user.empty()) {
        all.push_back({"AUTH", options_.user, options_.password});
    } else if (!options_.password.empty()) {
        all.push_back({"AUTH", options_.password});
    }
    if (options_.database != 0) all.push_back({"SELECT", std::to_string(options_.database)});
    if (!options_.client_name.empty()) all.push_back({"CLIENT", "SETNAME", options_.client_name});
    return all;
}

awaitable<std::unique_ptr<client::connection>> client::connect() {
    auto pipe = co_await http::dial(addresses_, options_.server, options_.tls.get(), true, options_.connect_timeout);
    auto made = std::make_unique<connection>(std::move(pipe));
    const std::vector<command> said = greeting();
    if (said.empty()) co_return made;
    const auto executor = co_await asio::this_coro::executor;
    made->pipe().attach(executor);
    std::vector<reply> replies;
    const error_code failed = co_await made->exchange(to_bytes(said), said.size(), options_, replies);
    made->pipe().detach();
    if (failed) http::fail(options_.server, "no answer from", failed);
    if (const reply* refusal = error_in(replies)) throw error{what_it_said(*refusal)};
    co_return made;
}

awaitable<std::vector<reply>> client::run(std::vector<command> commands) {
    const std::string bytes = to_bytes(commands);
    const at_work counted{*this};
    const auto executor = co_await asio::this_coro::executor;
    std::vector<reply> replies;
    std::string failure;
    try {
        std::unique_ptr<connection> c = idle_.take(executor);
        for (;;) {
            const bool pooled = c != nullptr;
            if (!pooled) c = co_await connect();
            c->pipe().attach(executor);
            replies.clear();
            const error_code failed = co_await c->exchange(bytes, commands.size(), options_, replies);
            c->pipe().detach();
            if (!failed) {
                idle_.put(std::move(c));
                break;
            }
            const bool closed_while_idle = pooled && !c->has_answered() && failed != asio::error::timed_out;
            if (!closed_while_idle) http::fail(options_.server, "no answer from", failed);
            c.reset();
        }
    } catch (const http::transport_error& broken) {
        failure = broken.what();
    } catch (const protocol_error& strange) {
        failure = strange.what();
    }
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (!failure.empty() && cancellation.cancelled() != asio::cancellation_type::none)
        throw boost::system::system_error{asio::error::operation_aborted};
    if (!failure.empty()) throw error{failure};
    if (const reply* refusal = error_in(replies)) {
        if (is_of_one_command(refusal->text)) throw refused{what_it_said(*refusal)};
        throw error{what_it_said(*refusal)};
    }
    co_return replies;
}

}  // namespace berth::redis
