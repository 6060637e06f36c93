// SPDX-License-Identifier: Apache-2.0
// The words that a shell offers.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace checkpointfs::cli {

struct Candidate {
  std::string text;  // the whole word on the command line, not quoted
  std::string help;  // "" or one line
};
using Candidates = std::vector<Candidate>;

// Paths that the shell adds by itself.
enum class Paths : uint8_t { kNone, kFiles, kDirectories };

struct Completion {
  Candidates candidates;
  Paths paths = Paths::kNone;
};

// Returns a candidate without help for each word.
Candidates candidates_of(const std::vector<std::string_view>& words);

// Removes candidates that do not begin with `typed`, and puts `before` in front of the others.
void complete_word(std::string_view before, std::string_view typed, Candidates* candidates);

// Prints a line "TEXT<TAB>HELP" for each candidate, then ":none", ":files" or ":directories". Leaves out
// texts with characters that a shell could take for something else: line ends and other control characters.
void print_completion(std::ostream& out, const Completion& completion);

}  // namespace checkpointfs::cli
