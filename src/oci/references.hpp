#pragma once

#include "oci/digest.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace berth::oci {

/// What stored bytes refer to, for one who may delete what nobody refers to.
struct references {
    std::vector<digest> content;    ///< Config, layers, manifests of an index and all else, each once and sorted.
    std::vector<digest> manifests;  ///< Those of them that are manifests: what an index lists.
    std::optional<digest> subject;  ///< Not among `content`: a referrer does not keep what it refers to.
};

/// Reads any manifest that a registry may have stored, of whatever type and age: each text in it that is a digest
/// counts, wherever it stands, but for its subject and its annotations. Nothing for what is no JSON object.
std::optional<references> read_references(std::string_view bytes);

}  // namespace berth::oci
