// SPDX-License-Identifier: Apache-2.0
// Reports of the sanitizers, if the program is built with them, about a run in the background.
#pragma once

#include <string>

namespace checkpointfs::test {

// Sends the reports to files from now on. Has no effect on a program that is built without sanitizers.
void collect_sanitizer_reports();

// The reports since the last call, which are removed; "" if there is none.
std::string sanitizer_complaint();

}  // namespace checkpointfs::test
