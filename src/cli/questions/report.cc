// SPDX-License-Identifier: Apache-2.0
// checkpointfs report.
#include <iostream>

#include "base/named_file.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/query/query_target.h"
#include "cli/report/report_html.h"

namespace checkpointfs::cli {
namespace {

void add_report_options(OptionGroup& group) {
  add_index_options(group);
  add_value(group, "output,o", "FILE", "write the page to FILE instead of standard output");
}

ExitCode run_report(const Invocation& invocation) {
  const QueryTarget target = open_query_target(invocation, "report");
  index::Reader reader(target.found.options.index_file);
  require_snapshots(target, snapshots_of(reader, target).size());
  const std::string html = report_html(read_report(reader, target));
  if (invocation.has("output")) {
    base::replace_file(invocation.text("output"), html);
  } else {
    std::cout << html;
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kReport = {"report", kTargetUsage, "write an HTML page about the storage", &add_report_options,
                         &run_report};

}  // namespace checkpointfs::cli
