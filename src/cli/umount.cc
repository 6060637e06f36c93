// SPDX-License-Identifier: Apache-2.0
// checkpointfs umount.
#include "cli/command.h"
#include "cli/options.h"
#include "fs/mount.h"

namespace checkpointfs::cli {
namespace {

void add_options(OptionGroup& group) {
  add_flag(group, "lazy,l", "detach the mount now, and end it when nobody uses it any more");
}

ExitCode run(const Invocation& invocation) {
  require_operands(invocation, 1, 1, "MOUNTPOINT");
  fs::unmount(invocation.operands.front(), invocation.has("lazy"));
  return ExitCode::kOk;
}

}  // namespace

const Command kUmount = {"umount", "MOUNTPOINT", "end a mount", &add_options, &run};

}  // namespace checkpointfs::cli
