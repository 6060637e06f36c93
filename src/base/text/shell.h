// SPDX-License-Identifier: Apache-2.0
// Commands that messages print for people to paste.
#pragma once

#include <string>
#include <string_view>

namespace checkpointfs::base {

// `text` as one word of a shell, printable whatever bytes it has: plain words as they are, others in '...',
// those with control characters or invalid UTF-8 in $'...' with octal escapes (bash, ksh, zsh, POSIX.1-2024).
// base::printable() leaves the result alone. A word that begins with '-' is still an option to most programs.
std::string shell_quoted(std::string_view text);

}  // namespace checkpointfs::base
