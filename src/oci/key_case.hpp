#pragma once

#include <boost/json/object.hpp>

#include <span>
#include <string_view>

namespace berth::oci {

/// True where a key of `object` is one of `names` but for the case of its letters: "Layers". Go programs, and that is
/// most of what reads manifests, take such a key for the one that is meant; others do not, so one manifest could mean
/// two things.
bool has_key_in_other_case(const boost::json::object& object, std::span<const std::string_view> names);

}  // namespace berth::oci
