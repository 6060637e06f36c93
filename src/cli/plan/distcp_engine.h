// SPDX-License-Identifier: Apache-2.0
// DistCp of Apache Hadoop 3. Flattens a list of files to base names, also with -update.
#pragma once

#include <memory>

#include "cli/plan/copy_engine.h"

namespace checkpointfs::cli {

std::unique_ptr<CopyEngine> distcp_engine();

}  // namespace checkpointfs::cli
