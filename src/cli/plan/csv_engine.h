// SPDX-License-Identifier: Apache-2.0
// A table of sources and targets (RFC 4180) for any other program, in the columns of Iceberg's own.
#pragma once

#include <memory>

#include "cli/plan/copy_engine.h"

namespace checkpointfs::cli {

std::unique_ptr<CopyEngine> csv_engine();

}  // namespace checkpointfs::cli
