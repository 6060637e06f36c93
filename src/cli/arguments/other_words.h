// SPDX-License-Identifier: Apache-2.0
// The words of other programs (restic, borg, git, kubectl) for commands and options of this one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace checkpointfs::cli {

// Another word for a command. None of them does more than the command of the other program: commands that
// remove print a plan, and what --apply removes lies in the trash.
struct OtherWord {
  std::string_view word;
  std::string_view command;
};
std::span<const OtherWord> other_words();

// Returns the command line in this program's words: the command first, options that stood before it behind
// it, another word for a command replaced, and `-o json` as --json. A word that is no command stays. Throws
// Failure(kUsage) for another format than JSON.
std::vector<std::string> in_own_words(std::vector<std::string> arguments);

// Returns true if the command line asks for JSON, whatever else is wrong with it.
bool asks_for_json(std::span<const std::string> arguments);

}  // namespace checkpointfs::cli
