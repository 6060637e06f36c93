// SPDX-License-Identifier: Apache-2.0
// `checkpointfs complete WORD...`: the words that a shell offers for the last word of a command line.
//
// The functions for bash, zsh and fish (packaging/completions) only ask this command and hand its answer to
// their shell, so all shells offer the same, and always what the program has: commands and options come from
// commands(), words from option_values.h, names of snapshots, jobs, plans and pins from storage_names.h.
// typed_line.h finds the option or operand that is being typed; candidates.h has the form of the answer. A
// shell waits for the answer at a key, so the program ends without one if storage hangs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/completion/candidates.h"

namespace checkpointfs::cli {

inline constexpr std::string_view kCompleteCommand = "complete";

// `line_words`: those after the program's name; the last one is being typed, and may be empty.
Completion complete(const std::vector<std::string>& line_words);

// Prints complete(). Ends the process by SIGALRM if that takes longer than two seconds.
void answer_shell(const std::vector<std::string>& words);

}  // namespace checkpointfs::cli
