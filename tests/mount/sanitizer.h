// SPDX-License-Identifier: Apache-2.0
// What the sanitizers, if the program is built with them, say about it while it runs in the background.
#pragma once

#include <string>

namespace checkpointfs::test {

// Sends their reports to files from now on. Without effect on a program that is built without them.
void collect_sanitizer_reports();

// The reports since the last call, which are removed; "" if there is none.
std::string sanitizer_complaint();

}  // namespace checkpointfs::test
