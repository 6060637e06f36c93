// SPDX-License-Identifier: Apache-2.0
// Checks a rewritten `_metadata` against its original. Trusts the decoder, and nothing of the rewriter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flink/metadata.h"
#include "flink/rewrite.h"

namespace checkpointfs::flink {

// Decodes `rewritten` and compares it with what it was made from: no handle is left that does not have the
// form, each one has its new name and its old size, everything else is equal. Returns the empty string or
// the first difference.
std::string check_rewritten(const Metadata& original, std::string_view rewritten, const Form& form,
                            const std::vector<std::string>& names);

// The same with what `rewritten` was decoded to, of all the metadata or of one part.
std::string check_rewritten(const Metadata& original, const Metadata& rewritten, const Form& form,
                            const std::vector<std::string>& names);

}  // namespace checkpointfs::flink
