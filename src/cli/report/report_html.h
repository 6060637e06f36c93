// SPDX-License-Identifier: Apache-2.0
// The page that `report` writes: HTML that needs nothing else, neither a network nor scripts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/query/job_dependencies.h"
#include "cli/query/query_target.h"
#include "cli/query/space_usage.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

struct OperatorOf {
  std::string snapshot;  // path
  index::OperatorUse use;
};

struct Report {
  std::vector<std::string> sources;
  std::vector<index::Snapshot> snapshots;  // in natural order of their paths
  Usages usages;
  Chain chain;
  std::vector<std::string> jobs;      // all that `chain` names, in order of the time of their first snapshot
  std::vector<OperatorOf> operators;  // of the newest sound snapshot of each job, the largest first
};

Report read_report(index::Reader& reader, const QueryTarget& place);

std::string report_html(const Report& report);

// `text` for HTML, in an element or in a quoted attribute, printable as base::printable() makes it.
std::string html_text(std::string_view text);

// report_charts.cc: drawings as SVG.
// A bar for each snapshot of a job, in order of time, divided as its Usage is.
std::string size_chart(const Report& report, const std::string& job);
// `jobs`, all that the chain names, and an arrow from each to those whose files it needs.
std::string chain_chart(const Chain& chain, const std::vector<std::string>& jobs);

}  // namespace checkpointfs::cli
