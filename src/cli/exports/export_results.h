// SPDX-License-Identifier: Apache-2.0
// The answer of `export`: what happened to each snapshot, as text and as JSON.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "cli/arguments/exit_code.h"
#include "export/exporter.h"
#include "index/database/types.h"

namespace checkpointfs::cli {

struct ExportResult {
  index::Snapshot snapshot;
  std::optional<exporting::Exported> exported;  // nothing if it failed
  std::string error;
  ExitCode code = ExitCode::kOk;
};

enum class ExportKind : uint8_t { kDone, kDryRun };

void print_export_text(std::ostream& out, const std::vector<ExportResult>& results, ExportKind kind);
void print_export_json(std::ostream& out, const std::vector<ExportResult>& results, const std::string& target,
                       ExportKind kind);

}  // namespace checkpointfs::cli
