// SPDX-License-Identifier: Apache-2.0
// Whose pins the user means.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments/command.h"

namespace checkpointfs::cli {

// The sources that `named` are, or that are mounted there; where none is named, those of the index that the
// current directory belongs to. Absolute, each once. Throws Failure(kSource) for what is no directory,
// Failure(kUsage) if none is found.
std::vector<std::string> pin_sources(const Invocation& invocation, const std::vector<std::string>& named);

}  // namespace checkpointfs::cli
