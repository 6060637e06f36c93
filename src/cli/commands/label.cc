// SPDX-License-Identifier: Apache-2.0
// checkpointfs label.
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/json.h"
#include "labels/job_labels.h"
#include "cli/query/query_target.h"
#include "cli/query/scope.h"
#include "cli/query/snapshot_names.h"
#include "flink/names.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {
namespace {

void add_label_options(OptionGroup& group) {
  add_flag(group, "remove", "take the label of JOB away");
  add_json_option(group);
}

// Jobs of all known indexes, by their path in the projection.
std::vector<std::string> known_jobs() {
  std::set<std::string> jobs;
  for (const KnownIndex& known : known_indexes()) {
    index::Reader reader(known.file);
    reader.snapshots().for_each([&](const index::Snapshot& snapshot) { jobs.insert(job_of(snapshot)); });
  }
  return {jobs.begin(), jobs.end()};
}

// The name of the directory of the job that was typed.
std::string job_directory(std::string typed) {
  while (typed.size() > 1 && typed.ends_with('/')) typed.pop_back();
  const std::string last(base::last_component(typed));
  if (flink::is_job_id(last)) return last;
  std::set<std::string> names;
  for (const std::string& job : jobs_named(known_jobs(), typed, JobLabels::read()))
    names.emplace(base::last_component(job));
  if (names.size() > 1) {
    throw base::Failure(base::FailureKind::kSource,
                        base::format("{} is ambiguous; it may be {} or {}", base::printable(typed),
                                     base::printable(*names.begin()), base::printable(*names.rbegin())));
  }
  if (!names.empty()) return *names.begin();
  throw base::Failure(
      base::FailureKind::kSource,
      base::format("no known index has a job {}; give its id, of 32 digits, or list its storage "
                   "first with 'checkpointfs jobs SOURCE'",
                   base::printable(typed)));
}

void print_labels(bool json) {
  const JobLabels labels = JobLabels::read();
  JsonArray rows;
  for (const auto& [job, label] : labels.all()) {
    if (json) {
      rows.push_back(JsonObject{{"job", job}, {"label", label}});
    } else {
      std::cout << base::printable(job) << " " << label << "\n";
    }
  }
  if (json) print_json(std::cout, JsonObject{{"labels", std::move(rows)}});
}

ExitCode run_label(const Invocation& invocation) {
  const bool removes = invocation.has("remove");
  const std::vector<std::string>& operands = invocation.operands;
  if (operands.empty() && !removes) {
    print_labels(invocation.has("json"));
    return ExitCode::kOk;
  }
  require_operands(invocation, removes ? 1 : 2, removes ? 1 : 2, removes ? "one JOB" : "JOB and LABEL");
  const std::string job = job_directory(operands[0]);
  const std::string label = removes ? "" : operands[1];
  if (const std::string_view problem = labels::label_problem(label); !removes && !problem.empty()) {
    throw base::Failure(base::FailureKind::kUsage,
                        base::format("a job cannot be called {}: {}", base::printable(label), problem));
  }
  if (job.find_first_of(" \t\r\n#") != std::string::npos) {
    throw base::Failure(
        base::FailureKind::kUsage,
        base::format("{} cannot have a label: a file of labels cannot hold its name", base::printable(job)));
  }
  const std::string file = labels::own_labels_file();
  if (!labels::set_label(file, job, label)) {
    throw base::Failure(base::FailureKind::kSource, base::format("{} has no label in {}", job, file));
  }
  std::cout << base::printable(job) << (removes ? " has no label any more" : " is now called " + label)
            << " (" << base::printable(file) << ")\n";
  return ExitCode::kOk;
}

}  // namespace

const Command kLabel = {"label",
                        "[JOB LABEL]",
                        "give a job a name, or print the names",
                        &add_label_options,
                        &run_label,
                        "$ checkpointfs label 5ab4c0de orders\n"
                        "$ checkpointfs label\n"};

}  // namespace checkpointfs::cli
