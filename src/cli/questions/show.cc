// SPDX-License-Identifier: Apache-2.0
// checkpointfs show.
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "base/errors.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/messages.h"
#include "cli/query/scope.h"
#include "cli/query/snapshot_lookup.h"
#include "cli/report/show_advice.h"
#include "cli/report/show_json.h"
#include "cli/report/show_text.h"
#include "cli/report/snapshot_report.h"

namespace checkpointfs::cli {
namespace {

void add_show_options(OptionGroup& group) {
  add_source_option(group);
  add_index_options(group);
  add_value(group, "absolute", "URI", "print the URI of each file in a mount with -o absolute=URI");
  add_flag(group, "restore-advice", "print only how to restore a copy, for each claim mode");
  add_value(group, "copy", "URI", "the URI of the copy, for --restore-advice");
  add_json_option(group);
}

ExitCode advise(const Invocation& invocation, const index::Snapshot& snapshot) {
  std::optional<std::string> copy;
  if (invocation.has("copy")) copy = invocation.text("copy");
  const bool possible =
      invocation.has("json") ? print_advice_json(snapshot, copy) : print_advice(snapshot, copy);
  return possible ? ExitCode::kOk : ExitCode::kInput;
}

ExitCode run_show(const Invocation& invocation) {
  require_operands(invocation, 1, 1, "SNAPSHOT");
  if (invocation.has("copy") && !invocation.has("restore-advice")) {
    throw base::Failure(base::FailureKind::kUsage, "--copy needs --restore-advice");
  }
  const std::string& argument = invocation.operands.front();
  SnapshotIndex snapshots(invocation, argument, "show");
  const index::Snapshot snapshot = snapshots.locate(argument);
  const std::vector<ScannedSource> looked = scanned_sources(snapshots.reader());
  if (invocation.has("restore-advice")) {
    print_remark(scanned_sources_text(looked));
    return advise(invocation, snapshot);
  }
  const SnapshotReport report = make_report(snapshots.reader(), snapshot);

  std::optional<std::string> absolute;
  if (invocation.has("absolute")) absolute = invocation.text("absolute");
  if (invocation.has("json")) {
    print_report_json(report, looked, absolute);
  } else {
    std::cout << scanned_sources_text(looked);
    print_report(report, absolute);
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kShow = {"show",
                       "SNAPSHOT",
                       "show the contents and requirements of one snapshot",
                       &add_show_options,
                       &run_show,
                       "$ checkpointfs show orders/chk-42\n"
                       "$ checkpointfs show --restore-advice /data/flink/5ab4/chk-42\n"};

}  // namespace checkpointfs::cli
