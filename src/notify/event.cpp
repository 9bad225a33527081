#include "notify/event.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace berth::notify {

namespace json = boost::json;

namespace {

void put(json::object& to, std::string_view key, const std::string& text) {
    if (!text.empty()) to[key] = text;
}

json::object object_of(const oci::descriptor& reference) {
    json::object made;
    put(made, "mediaType", reference.media_type);
    made["size"] = reference.size_bytes;
    made["digest"] = reference.digest.str();
    return made;
}

json::object object_of(const target& what) {
    json::object made;
    put(made, "mediaType", what.media_type);
    if (what.size_bytes) made["size"] = *what.size_bytes;
    put(made, "digest", what.digest);
    if (what.size_bytes) made["length"] = *what.size_bytes;
    put(made, "repository", what.repository);
    put(made, "fromRepository", what.from_repository);
    put(made, "url", what.url);
    put(made, "tag", what.tag);
    if (!what.references.empty()) {
        json::array all;
        for (const oci::descriptor& reference : what.references) all.push_back(object_of(reference));
        made["references"] = std::move(all);
    }
    return made;
}

json::object object_of(const cause& request) {
    json::object made;
    put(made, "id", request.id);
    put(made, "addr", request.addr);
    put(made, "host", request.host);
    put(made, "method", request.method);
    made["useragent"] = request.user_agent;
    return made;
}

}  // namespace

std::string_view name_of(action what) {
    switch (what) {
        case action::push:
            return "push";
        case action::pull:
            return "pull";
        case action::mount:
            return "mount";
        case action::remove:
            break;
    }
    return "delete";
}

std::string envelope_of(const event& one, const source& from) {
    json::object made;
    made["id"] = one.id;
    made["timestamp"] = format_rfc3339_nano(one.time);
    made["action"] = name_of(one.what);
    made["target"] = object_of(one.target);
    made["request"] = object_of(one.request);
    json::object actor;
    put(actor, "name", one.request.user);
    made["actor"] = std::move(actor);
    json::object sender;
    put(sender, "addr", from.addr);
    put(sender, "instanceID", from.instance_id);
    made["source"] = std::move(sender);
    json::array events;
    events.push_back(std::move(made));
    json::object envelope;
    envelope["events"] = std::move(events);
    return json::serialize(envelope);
}

}  // namespace berth::notify
