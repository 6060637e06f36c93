// SPDX-License-Identifier: Apache-2.0
// Shows a page in the user's browser.
#pragma once

#include <string>

namespace checkpointfs::cli {

// Returns the program that opens pages: $BROWSER (of a list, the first), else xdg-open. Throws
// Failure(kUsage) without $BROWSER if the user is root, who must not browse, or if there is no display.
std::string page_opener();

// Writes `html` to a new file in $TMPDIR or /tmp that only this user can read; returns its path. Throws
// SystemError.
std::string write_own_page(const std::string& html);

// Replaces this process by `opener`. Throws Failure if that is not possible.
[[noreturn]] void open_page(const std::string& opener, const std::string& file);

}  // namespace checkpointfs::cli
