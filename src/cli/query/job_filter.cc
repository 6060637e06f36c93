// SPDX-License-Identifier: Apache-2.0
#include "cli/query/job_filter.h"

#include <vector>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/arguments/options.h"
#include "cli/output/suggestion.h"
#include "cli/query/snapshot_names.h"

namespace checkpointfs::cli {
namespace {

[[noreturn]] void refuse_no_job(const std::string& name, const std::vector<std::string>& jobs,
                                const JobLabels& labels) {
  std::vector<std::string> words;
  for (const std::string& job : jobs) {
    words.emplace_back(base::last_component(job));
    words.push_back(labels.of(job));
  }
  const std::string near = suggestion(name, words);
  throw base::Failure(
      base::FailureKind::kSource,
      base::format("there is no snapshot of a job {}{}; 'checkpointfs jobs' lists the jobs",
                   base::printable(name),
                   near.empty() ? "" : base::format("; did you mean {}?", base::printable(near))));
}

}  // namespace

void add_job_option(OptionGroup& group) {
  add_repeated(group, "job", "JOB",
               "only this job: its path or an end of it, the beginning of its id, its label, or a pattern");
}

std::set<std::string> chosen_jobs(const Invocation& invocation, const std::set<std::string>& jobs) {
  if (!invocation.has("job")) return jobs;
  const JobLabels labels = JobLabels::read();
  const std::vector<std::string> all(jobs.begin(), jobs.end());
  std::set<std::string> chosen;
  for (const std::string& name : invocation.texts("job")) {
    const std::vector<std::string> meant = jobs_named(all, name, labels);
    if (meant.empty()) refuse_no_job(name, all, labels);
    chosen.insert(meant.begin(), meant.end());
  }
  return chosen;
}

}  // namespace checkpointfs::cli
