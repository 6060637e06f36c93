// SPDX-License-Identifier: Apache-2.0
// Writes the HTML page.
#pragma once

#include <string>

#include "cli/report/storage_report.h"

namespace checkpointfs::cli {

// One file that fetches nothing. A policy in it (Content-Security-Policy) allows its own style and script and
// nothing else; without the script, everything can be read.
std::string report_html(const Report& report);

}  // namespace checkpointfs::cli
