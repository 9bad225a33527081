#pragma once

#include "http/server.hpp"

#include <atomic>

namespace berth::http {

/// Serves one connection until it ends: request after request, each answered by `handler` on the session's executor.
/// Answers what is no HTTP (a TLS handshake on the plain port, too) with a plain 400 and closes. Never throws for what
/// a client does; a cancelled session ends.
///
/// Lifetime: the session *is* this coroutine, socket and buffers are its locals; options, handler and busy outlive it.
awaitable<void> run_session(asio::ip::tcp::socket socket, const session_options& options, const handler& handler,
                            std::atomic<std::size_t>& busy);

}  // namespace berth::http
