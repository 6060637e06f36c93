// SPDX-License-Identifier: Apache-2.0
// The style and the script of the page, and the policy that allows them.
#pragma once

#include <string>

namespace checkpointfs::cli {

// CSS: light and dark, narrow screens, and paper.
extern const char kPageStyle[];

// Sorts a table by the column whose title is clicked, and opens the details that a link leads to.
extern const char kPageScript[];

// The value of the Content-Security-Policy: nothing is fetched, and no other style or script is obeyed.
std::string page_policy();

}  // namespace checkpointfs::cli
