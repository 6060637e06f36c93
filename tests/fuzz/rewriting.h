// SPDX-License-Identifier: Apache-2.0
// Rewriting of any input, under the names that the index would choose.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flink/metadata.h"
#include "flink/rewrite.h"

namespace checkpointfs::fuzz {

// One name for each handle, the same for equal paths.
std::vector<std::string> projected_names(const flink::Metadata& metadata);

// True if rewrite() may refuse `metadata`: an empty segment has no other form.
bool has_no_other_form(const flink::Metadata& metadata);

struct Rewritten {
  std::string bytes;
  std::string problem;  // "" unless rewrite() failed or its result cannot be decoded
};

// Decodes `bytes`, which must be possible, and rewrites them.
Rewritten rewrite_again(std::string_view bytes, const flink::Form& form,
                        const std::vector<std::string>& names);

// Returns a difference in meaning, or "". The handles' names, tags, positions and lists may differ.
std::string difference(const flink::Metadata& a, const flink::Metadata& b);

}  // namespace checkpointfs::fuzz
