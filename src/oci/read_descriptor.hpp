#pragma once

#include "oci/manifest.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace berth::oci {

/// Reads a descriptor of a manifest that a client pushes. Refuses with manifest_invalid, naming `where` ("layers[3]"),
/// what has no sha256 or sha512 digest, a negative size, keys in other case, addresses of layers that are not of the
/// web, and fields of other types than the specification's: registry:2 could not read such a manifest back, and its
/// garbage collection would stop at it.
outcome<descriptor> read_descriptor(const boost::json::value& value, const std::string& where);

/// True for null, and for an object of strings.
bool are_annotations(const boost::json::value& value);

}  // namespace berth::oci
