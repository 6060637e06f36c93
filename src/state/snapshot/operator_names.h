// SPDX-License-Identifier: Apache-2.0
// Names of a snapshot's operators, for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/input_error.h"
#include "flink/metadata.h"

namespace checkpointfs::state {

// Its uid, else its name, else its id of 32 hexadecimal digits. UTF-8. Metadata before Flink 2.0 has ids
// only.
std::string operator_label(const flink::Operator& op);

// The index of the operator with this uid, id, or name; else of the only one whose uid, id or name begins so.
// Throws base::Failure(kUsage), which lists the operators, if there is none or more than one.
uint32_t find_operator(const flink::Metadata& metadata, std::string_view text);

}  // namespace checkpointfs::state
