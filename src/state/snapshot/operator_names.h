// SPDX-License-Identifier: Apache-2.0
// Finds an operator by the name that a person gives.
#pragma once

#include <cstdint>
#include <string_view>

#include "flink/metadata.h"

namespace checkpointfs::state {

// The index of the operator with this uid, id, or name; else of the only one whose uid, id or name begins so.
// Throws base::Failure(kUsage), which lists the operators, if there is none or more than one.
uint32_t find_operator(const flink::Metadata& metadata, std::string_view text);

}  // namespace checkpointfs::state
