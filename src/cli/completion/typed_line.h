// SPDX-License-Identifier: Apache-2.0
// A command line whose last word is being typed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/arguments/command.h"

namespace checkpointfs::cli {

struct TypedLine {
  Invocation invocation;         // of the words before the last one; unknown options are left out
  std::optional<Option> option;  // the option whose value the last word, or its end, is
  std::string before;         // "--format=", "-o": the beginning of the word, which is no part of the value
  std::string typed;          // the rest of the word
  bool may_be_option = true;  // no "--" stands before
};

// `words`: those after the command's name. REQUIRES: at least one.
TypedLine typed_line(const Command& command, const std::vector<std::string>& words);

}  // namespace checkpointfs::cli
