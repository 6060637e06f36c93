// SPDX-License-Identifier: Apache-2.0
// The values that options take.
#pragma once

#include <string_view>

#include "cli/arguments/command.h"
#include "cli/completion/candidates.h"

namespace checkpointfs::cli {

// Returns the words that the option takes as a value; none if its values are no words.
Candidates words_of(const Option& option);

// Completes the last of the comma-separated options of mount -o; an option that stands there already is not
// offered again.
Candidates mount_options_for(std::string_view typed);

}  // namespace checkpointfs::cli
