// SPDX-License-Identifier: Apache-2.0
// The snapshots that `export` is about, and the directory that it writes to.
//
// This folder has the parts of the command `export`, whose work is done by export/exporter.h: the operands
// (this header), progress (export_progress.h), signals (interrupts.h), and the answer as text and JSON
// (export_results.h).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/arguments/command.h"
#include "cli/query/query_target.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

// Snapshots of one index.
struct SnapshotsToExport {
  std::shared_ptr<index::Reader> reader;
  std::vector<index::Snapshot> snapshots;
};

struct ExportOperands {
  std::vector<SnapshotsToExport> from;
  std::string target;  // as it was typed
};

// Adds the options that choose snapshots.
void add_snapshot_choice_options(OptionGroup& group);

// The last operand is the target. Each other one is a snapshot, as locate_snapshot() finds it, or a directory
// of a source or a mount, and stands for all snapshots below it; --source stands for all of its snapshots if
// there is no other operand. Each snapshot comes once. --job, --latest and --newest-usable choose among them.
// Updates the indexes. Throws Failure(kUsage, kSource).
ExportOperands export_operands(const Invocation& invocation);

}  // namespace checkpointfs::cli
