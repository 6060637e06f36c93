// SPDX-License-Identifier: Apache-2.0
// s5cmd 2: copies within S3, by the servers of the store, to any name.
#pragma once

#include <memory>

#include "cli/plan/copy_engine.h"

namespace checkpointfs::cli {

std::unique_ptr<CopyEngine> s5cmd_engine();

}  // namespace checkpointfs::cli
