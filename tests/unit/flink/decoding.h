// SPDX-License-Identifier: Apache-2.0
// Decoding and rewriting where a test takes success for granted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flink/metadata.h"
#include "flink/rewrite.h"

namespace checkpointfs::flink {

// REQUIRES: `bytes` outlives the result. Fails the test, and returns empty metadata, if they cannot be
// decoded.
Metadata decoded(std::string_view bytes);

// Metadata of `version` with one operator, whose subtask has the managed keyed state `handle`.
std::string with_keyed(const std::string& handle, int version = 4);

// A projected name for each file handle: "name-0", "name-1", ...
std::vector<std::string> numbered_names(const Metadata& metadata);

// Fails the test, and returns "", if it cannot be rewritten.
std::string rewritten(std::string_view bytes, const Form& form, const std::vector<std::string>& names);

}  // namespace checkpointfs::flink
