// SPDX-License-Identifier: Apache-2.0
// Writes the page of `report`: one HTML file without scripts that loads nothing from a network.
#pragma once

#include <string>

#include "cli/report/storage_report.h"

namespace checkpointfs::cli {

std::string report_html(const Report& report);

}  // namespace checkpointfs::cli
