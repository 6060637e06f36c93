// SPDX-License-Identifier: Apache-2.0
// checkpointfs gc.
#include <iostream>
#include <set>
#include <string>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/numbers.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/duration.h"
#include "cli/output/long_work.h"
#include "cli/query/job_filter.h"
#include "cli/removals/removal_command.h"
#include "pins/pins.h"
#include "removal/plan/retention.h"
#include "removal/survey/job_listing.h"

namespace checkpointfs::cli {
namespace {

void add_gc_options(OptionGroup& group) {
  add_value(group, "keep-last", "N", "remove checkpoints except the last N of each job");
  add_value(group, "keep-within", "TIME", "remove checkpoints except those younger than TIME, such as 7d");
  add_repeated(group, "keep", "PATTERN", "keep checkpoints whose path or name matches, such as '*/chk-100'");
  add_job_option(group);
  add_flag(group, "force-most", "allow removing most state files of a job that has a usable checkpoint");
  add_removal_options(group);
}

uint64_t parse_count(const std::string& text) {
  const auto number = base::parse_number<uint64_t>(text);
  if (!number || *number == 0) {
    throw base::Failure(base::FailureKind::kUsage,
                        base::format("--keep-last={} is not a number of checkpoints, at least 1", text));
  }
  return *number;
}

removal::Retention retention_of(const Invocation& invocation) {
  removal::Retention retention;
  if (invocation.has("keep-last")) retention.keep_last = parse_count(invocation.text("keep-last"));
  if (invocation.has("keep-within"))
    retention.keep_within_ns = parse_duration(invocation.text("keep-within"), "keep-within");
  retention.keep = invocation.texts("keep");
  if (!retention.is_given() && (!retention.keep.empty() || invocation.has("job"))) {
    throw base::Failure(base::FailureKind::kUsage,
                        "--keep and --job only limit a retention rule; use --keep-last or --keep-within too");
  }
  return retention;
}

std::set<std::string> surveyed_jobs(const removal::Survey& survey) {
  std::set<std::string> jobs;
  for (const removal::SeenSnapshot& snapshot : survey.snapshots) jobs.insert(snapshot.job());
  return jobs;
}

void add_pins(const removal::Storage& storage, removal::Plan* plan) {
  for (const std::string& source : storage.sources()) {
    for (const pins::Pin& pin : pins::list_pins(source))
      plan->kept_snapshots.push_back({{source, pins::pin_path(pin.name)}, "it is a pin"});
  }
}

removal::Plan make_plan(const Invocation& invocation, const removal::Storage& storage) {
  // Lists the files before reading the snapshots, so that a file that becomes needed meanwhile is seen.
  removal::Listing listing;
  {
    LongWork work("listing", "file", "nothing was removed; run the command again");
    listing = removal::list_jobs(storage, [&](uint64_t files) { work.update(files, 0); });
  }
  removal::PlanOptions options = plan_options(invocation, "gc");
  options.force_most = invocation.has("force-most");
  const removal::Survey survey = survey_all(storage, invocation);
  removal::Retention retention = retention_of(invocation);
  retention.recovered = removal::recovered_snapshots(storage, survey, options.recovery);
  if (invocation.has("job")) retention.jobs = chosen_jobs(invocation, surveyed_jobs(survey));
  removal::Selection selection = removal::select(survey, retention, options.now_ns);
  removal::Plan plan = removal::make_plan(storage, survey, selection.victims, &listing, options);
  plan.kept_snapshots = std::move(selection.kept);
  add_pins(storage, &plan);
  return plan;
}

ExitCode run_gc(const Invocation& invocation) {
  retention_of(invocation);  // checks the options before anything is read
  const bool takes_plan = plan_operand(invocation).has_value();
  if (!takes_plan && !invocation.operands.empty()) {
    throw base::Failure(
        base::FailureKind::kUsage,
        base::format("{} is not a plan; 'gc --apply PLAN' applies a plan, and --source DIR names the storage",
                     invocation.operands.front()));
  }
  return run_removal(invocation, "",
                     [&](const FoundIndex&, const removal::Storage& storage,
                         const std::vector<removal::Applied>&) { return make_plan(invocation, storage); });
}

}  // namespace

const Command kGc = {"gc",
                     "[PLAN]",
                     "remove unreferenced files, and snapshots that no retention rule keeps",
                     &add_gc_options,
                     &run_gc,
                     "$ checkpointfs gc --source /data/flink/checkpoints\n"
                     "$ checkpointfs gc --source /data/flink/checkpoints --keep-last 5 --apply\n"};

}  // namespace checkpointfs::cli
