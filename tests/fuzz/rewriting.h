// SPDX-License-Identifier: Apache-2.0
// Rewriting of any input, under the names that the index would choose.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flink/metadata.h"
#include "flink/rewrite.h"

namespace checkpointfs::fuzz {

// One for each handle, the same for equal paths.
std::vector<std::string> projected_names(const flink::Metadata& metadata);

// Whether rewrite() may refuse it: an empty segment has no other form.
bool has_no_other_form(const flink::Metadata& metadata);

struct Rewritten {
  std::string bytes;
  std::string problem;  // "" unless rewrite() failed or its result cannot be decoded
};

// Decodes `bytes`, which must be possible, and rewrites them.
Rewritten rewrite_again(std::string_view bytes, const flink::Form& form,
                        const std::vector<std::string>& names);

// Whether both mean the same but for the handles' names, tags, positions and lists: "" or what differs.
std::string difference(const flink::Metadata& a, const flink::Metadata& b);

}  // namespace checkpointfs::fuzz
