#include "http/service_url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <stdexcept>

namespace berth::http {

service_url parse_service_url(const std::string& url) {
    const auto parsed = boost::urls::parse_uri(url);
    const bool usable = parsed && (parsed->scheme() == "http" || parsed->scheme() == "https") &&
                        !parsed->host_address().empty() && !parsed->has_userinfo() && !parsed->has_fragment();
    if (!usable) throw std::invalid_argument{"\"" + url + "\" is no http or https URL"};
    service_url out;
    out.server.tls = parsed->scheme() == "https";
    out.server.host = parsed->host_address();
    out.server.port = parsed->has_port() ? parsed->port_number() : (out.server.tls ? 443 : 80);
    out.target = std::string{parsed->encoded_target()};
    return out;
}

}  // namespace berth::http
