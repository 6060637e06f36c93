// SPDX-License-Identifier: Apache-2.0
#include "cli/plan/choose_engine.h"

#include "base/errors.h"
#include "base/text/message.h"
#include "cli/plan/csv_engine.h"
#include "cli/plan/distcp_engine.h"
#include "cli/plan/rclone_engine.h"
#include "cli/plan/s5cmd_engine.h"

namespace checkpointfs::cli {

std::unique_ptr<CopyEngine> choose_engine(const std::string& name) {
  if (name == "distcp") return distcp_engine();
  if (name == "s5cmd") return s5cmd_engine();
  if (name == "rclone") return rclone_engine();
  if (name == "csv") return csv_engine();
  throw base::Failure(base::FailureKind::kUsage,
                      base::format("--engine={} is unknown; use distcp, s5cmd, rclone or csv", name));
}

}  // namespace checkpointfs::cli
