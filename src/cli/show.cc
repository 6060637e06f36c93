// SPDX-License-Identifier: Apache-2.0
// checkpointfs show.
#include "cli/command.h"
#include "cli/find_index.h"
#include "cli/locate.h"
#include "cli/options.h"
#include "cli/snapshot_report.h"

namespace checkpointfs::cli {
namespace {

void add_options(OptionGroup& group) {
  add_source_option(group);
  add_index_options(group);
  add_value(group, "absolute", "URI", "say the URI that each file gets in a mount with -o absolute=URI");
  add_json_option(group);
}

ExitCode run(const Invocation& invocation) {
  require_operands(invocation, 1, 1, "SNAPSHOT");
  const std::string& argument = invocation.operands.front();
  FoundIndex found = find_index(invocation, argument, true);
  if (found.mount_point.empty()) refresh_found(found, "show", invocation.has("verbose"));
  index::Reader reader(found.options.index_file);
  const SnapshotReport report = make_report(reader, locate_snapshot(reader, found, argument));

  std::optional<std::string> absolute;
  if (invocation.has("absolute")) absolute = invocation.text("absolute");
  if (invocation.has("json")) {
    print_report_json(report, absolute);
  } else {
    print_report(report, absolute);
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kShow = {"show", "SNAPSHOT", "say what one snapshot holds and needs", &add_options, &run};

}  // namespace checkpointfs::cli
