// SPDX-License-Identifier: Apache-2.0
// The sources whose pins or trash a command is about.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments/command.h"

namespace checkpointfs::cli {

// Returns the sources that `named` are or that are mounted there; if `named` is empty, the sources of the
// index that the current directory belongs to. Absolute, each once. Throws Failure(kSource) if one is not a
// directory, Failure(kUsage) if there are none.
std::vector<std::string> pin_sources(const Invocation& invocation, const std::vector<std::string>& named);

}  // namespace checkpointfs::cli
