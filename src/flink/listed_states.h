// SPDX-License-Identifier: Apache-2.0
// The states that a handle of operator state lists, with the places of their elements.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "flink/metadata.h"

namespace checkpointfs::flink {

struct ListedState {
  std::string_view name;         // modified UTF-8
  std::vector<int64_t> offsets;  // of the elements, in the bytes of the handle
};

// In the order of the metadata. REQUIRES: `handle` is one of `metadata`, which decode() has returned.
std::vector<ListedState> listed_states(const Metadata& metadata, const OperatorHandle& handle);

}  // namespace checkpointfs::flink
