// SPDX-License-Identifier: Apache-2.0
// The property of any input whatever: it is refused with a reason, or it round-trips.
#pragma once

#include <string>
#include <string_view>

namespace checkpointfs::fuzz {

struct Verdict {
  bool accepted = false;  // decoded, and (where asked) rewritten
  std::string problem;    // "" if the property holds
};

// A refusal names a field, a reason and an offset within the input, and can be printed. Decoded values lie
// within the input where the decoder says they do.
Verdict check_decoding(std::string_view bytes);

// The input, rewritten in any form, passes check_rewritten() and can be decoded; the original form is the
// input, and rewriting once more changes nothing.
Verdict check_rewriting(std::string_view bytes);

// Rewriting to relative names and back to absolute ones, by any way, yields the same bytes; nothing else
// changes.
Verdict check_relative(std::string_view bytes);

}  // namespace checkpointfs::fuzz
