#include "app/listen.hpp"

#include "app/configured.hpp"
#include "app/startup_error.hpp"

namespace berth::app {

namespace {

// `variable`: what sets the key from the environment.
asio::ip::tcp::endpoint listen_on(http::server& server, const std::string& key, const std::string& variable,
                                  const std::string& text) {
    const address where = configured_address(key, text);
    try {
        return server.listen(where.host, where.port);
    } catch (const boost::system::system_error& error) {
        const bool taken = error.code() == asio::error::address_in_use;
        const std::string both = key + " (" + variable + ")";
        throw startup_error{"cannot listen on " + text + ": " + error.code().message() +
                            (taken ? "; stop what is using it or set " + both + " to another port"
                                   : "; set " + both + " to an address of this machine")};
    }
}

void listen_at(http::server& server, const std::string& path) {
    try {
        server.listen_at(path);
    } catch (const boost::system::system_error& error) {
        std::string advice = "set http.addr (REGISTRY_HTTP_ADDR) to a path in a folder that this user may write to";
        if (error.code() == asio::error::address_in_use)
            advice = "stop what answers there or set http.addr (REGISTRY_HTTP_ADDR) to another path";
        if (error.code() == boost::system::errc::file_exists)
            advice = "what is there is no socket; set http.addr (REGISTRY_HTTP_ADDR) to another path";
        throw startup_error{"cannot listen on " + path + ": " + error.code().message() + "; " + advice};
    }
}

}  // namespace

std::optional<asio::ip::tcp::endpoint> listen(http::server& server, const config::http_settings& settings) {
    if (!settings.on_unix_socket) return listen_on(server, "http.addr", "REGISTRY_HTTP_ADDR", settings.addr);
    listen_at(server, settings.addr);
    return std::nullopt;
}

asio::ip::tcp::endpoint listen_for_debugging(http::server& server, const config::debug_settings& settings) {
    return listen_on(server, "http.debug.addr", "REGISTRY_HTTP_DEBUG_ADDR", settings.addr);
}

}  // namespace berth::app
