// SPDX-License-Identifier: Apache-2.0
// Recognises the connector that wrote a split, or the state of an enumerator.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "state/operators/positions.h"

namespace checkpointfs::state {

// The position of a split, whose `version` stands before its bytes. kUnrecognised, with the bytes, if no
// connector's format fits, or several do.
Position recognised_split(int32_t version, std::string_view bytes);

// The splits that an enumerator knows. Formats that fit the same bytes are told apart by the connector of the
// operator's own splits. One position, kUnrecognised, if that does not help. An empty state has no position,
// whoever wrote it.
std::vector<Position> recognised_enumerator(int32_t version, std::string_view bytes,
                                            std::optional<Connector> of_splits);

}  // namespace checkpointfs::state
