#pragma once

#include "http/open_sessions.hpp"
#include "http/server.hpp"

namespace berth::http {

/// Serves one connection until it ends: request after request, each answered by `handler` on the session's executor.
/// Answers what is no HTTP (a TLS handshake on the plain port, too), and HTTP on the port for TLS, with a
/// plain 400 and closes. Never throws for what
/// a client does; a cancelled session ends.
///
/// Lifetime: the session *is* this coroutine, socket and buffers are its locals; options, handler and sessions outlive
/// it.
awaitable<void> run_session(stream_socket socket, const session_options& options, const handler& handler,
                            open_sessions& sessions);

}  // namespace berth::http
