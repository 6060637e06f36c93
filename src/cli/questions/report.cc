// SPDX-License-Identifier: Apache-2.0
// checkpointfs report.
#include <unistd.h>

#include <iostream>
#include <string>

#include "base/errors.h"
#include "base/named_file.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/json.h"
#include "cli/output/messages.h"
#include "cli/output/terminal.h"
#include "cli/query/query_target.h"
#include "cli/report/open_page.h"
#include "cli/report/report_html.h"
#include "cli/report/report_json.h"

namespace checkpointfs::cli {
namespace {

void add_report_options(OptionGroup& group) {
  add_index_options(group);
  add_value(group, "output,o", "FILE", "write the page to FILE instead of standard output");
  add_flag(group, "open", "show the page in a browser");
  add_json_option(group);
}

// Throws Failure(kUsage).
void check_options(const Invocation& invocation) {
  refuse_both(invocation, "json", "open");
  refuse_both(invocation, "json", "output");
  const bool prints_page = !invocation.has("json") && !invocation.has("open") && !invocation.has("output");
  if (prints_page && ::isatty(STDOUT_FILENO) != 0) {
    throw base::Failure(
        base::FailureKind::kUsage,
        "a page of HTML is not for a terminal: give -o FILE, or --open, or redirect the output");
  }
}

ExitCode run_report(const Invocation& invocation) {
  check_options(invocation);
  const std::string opener = invocation.has("open") ? page_opener() : std::string();
  const QueryTarget target = open_target_at_once(invocation, "report");
  print_remark(target.remarks);
  index::Reader reader(target.found.options.index_file);
  require_snapshots(target, snapshots_of(reader, target).size());
  const Report report = read_report(reader, target);
  if (invocation.has("json")) {
    print_json(std::cout, report_json(report));
    return ExitCode::kOk;
  }
  const std::string html = report_html(report);
  std::string file = invocation.text("output");
  if (!file.empty()) {
    base::replace_file(file, html);
  } else if (opener.empty()) {
    std::cout << html;
  } else {
    file = write_own_page(html);
  }
  if (!opener.empty()) open_page(opener, file);
  return ExitCode::kOk;
}

}  // namespace

const Command kReport = {"report",
                         kTargetUsage,
                         "write an HTML page about the storage",
                         &add_report_options,
                         &run_report,
                         "$ checkpointfs report -o report.html /data/flink/checkpoints\n"
                         "$ checkpointfs report rclone:minio:flink/checkpoints > report.html\n"};

}  // namespace checkpointfs::cli
