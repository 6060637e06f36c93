// SPDX-License-Identifier: Apache-2.0
// Messages about options that a command does not have.
#pragma once

#include <string>
#include <string_view>

#include "cli/arguments/command.h"

namespace checkpointfs::cli {

// Returns what to do instead: why the command has no such option, the option that was meant, or the commands
// that have it. `given`: with its hyphens.
std::string unknown_option_text(const Command& command, std::string_view given);

}  // namespace checkpointfs::cli
