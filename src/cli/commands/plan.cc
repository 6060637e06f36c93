// SPDX-License-Identifier: Apache-2.0
// checkpointfs plan.
#include <algorithm>
#include <ctime>
#include <iostream>
#include <map>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "base/text/shell.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/arguments/paths.h"
#include "cli/output/messages.h"
#include "cli/plan/choose_engine.h"
#include "cli/plan/earlier_plan.h"
#include "cli/plan/make_copy_plan.h"
#include "cli/plan/plan_json.h"
#include "cli/plan/write_plan.h"
#include "cli/query/find_index.h"
#include "cli/query/query_target.h"
#include "cli/query/snapshot_lookup.h"
#include "cli/rclone/rclone_source.h"

namespace checkpointfs::cli {
namespace {

using Part = CopiedFile::Part;

constexpr size_t kReasonsShown = 5;

void add_plan_options(OptionGroup& group) {
  add_source_option(group);
  add_index_options(group);
  add_value(group, "engine", "ENGINE", "the program that copies: distcp, s5cmd, rclone or csv");
  add_value(group, "output,o", "DIR", "create the plan in the new directory DIR (default: plan-TIME)");
  add_value(group, "since", "PLAN", "use the files that the target of the plan in the directory PLAN has");
  add_json_option(group);
}

std::string default_directory() {
  const std::time_t now = std::time(nullptr);
  std::tm utc = {};
  ::gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "plan-%Y%m%dT%H%M%SZ", &utc);
  return text;
}

// Returns the options by which another command finds the same snapshots.
std::vector<std::string> scope_of(const FoundIndex& found) {
  std::vector<std::string> words;
  for (const std::string& source : sources_of(found)) {
    const std::string store = rclone_given(source);
    words.insert(words.end(), {"--source", store.empty() ? real_path(source) : store});
  }
  for (const storage::Mapping& mapping : found.given_mappings)
    words.insert(words.end(),
                 {"--map", base::format("{}={}", mapping.uri_prefix, real_path(mapping.directory))});
  return words;
}

std::string sum_text(const PartSum& sum) {
  return base::format("{}, {}", base::counted(sum.files, "file"), base::human_bytes(sum.bytes));
}

// Prints each reason once, with an example.
void print_reasons(std::ostream& out, const CopyPlan& plan) {
  struct Files {
    uint64_t count = 0;
    std::string example;
  };
  std::map<std::string, Files> reasons;
  for (const CopiedSnapshot& snapshot : plan.snapshots) {
    for (const CopiedFile& file : snapshot.files) {
      if (file.part != Part::kByHost) continue;
      Files& files = reasons[file.segment ? "it is a part of a file" : file.why];
      if (files.count++ == 0) files.example = file.uri;
    }
  }
  size_t shown = 0;
  for (const auto& [why, files] : reasons) {
    if (shown++ == kReasonsShown) break;
    out << "  " << base::counted(files.count, "file") << ", such as " << base::printable(files.example)
        << ": " << base::printable(why) << "\n";
  }
  if (reasons.size() > kReasonsShown)
    out << "  and " << reasons.size() - kReasonsShown << " more reasons, listed with --json\n";
}

void print_text(const CopyPlan& plan, const CopyEngine& engine, const std::string& directory) {
  for (const CopiedSnapshot& snapshot : plan.snapshots) {
    PartSum all = snapshot.sum(Part::kByEngine);
    for (const Part part : {Part::kByHost, Part::kPresent}) {
      all.files += snapshot.sum(part).files;
      all.bytes += snapshot.sum(part).bytes;
    }
    std::cout << path_text(snapshot.snapshot.path) << " -> " << base::printable(snapshot.target) << ": "
              << sum_text(all) << "\n";
  }
  std::cout << plan.engine << " copies: " << sum_text(plan.sum(Part::kByEngine)) << "\n";
  if (const PartSum present = plan.sum(Part::kPresent); present.files > 0)
    std::cout << "in the target already: " << sum_text(present) << "\n";
  std::cout << "through this host: " << sum_text(plan.sum(Part::kByHost)) << "\n";
  print_reasons(std::cout, plan);
  const std::string shown = base::shell_quoted(directory);
  if (engine.has_commands()) {
    std::cout << "run: " << shown << "/run.sh\n";
  } else {
    std::cout << "copy the files of each copy.csv below " << shown
              << ", then the rest with 'checkpointfs export --only', and each _metadata last\n";
  }
}

std::vector<index::Snapshot> snapshots_named(SnapshotIndex& index, const Invocation& invocation) {
  std::vector<index::Snapshot> snapshots;
  for (size_t i = 0; i + 1 < invocation.operands.size(); ++i) {
    index::Snapshot snapshot = index.locate(invocation.operands[i]);
    const bool is_known = std::ranges::find(snapshots, snapshot.id, &index::Snapshot::id) != snapshots.end();
    if (!is_known) snapshots.push_back(std::move(snapshot));
  }
  return snapshots;
}

ExitCode run_plan(const Invocation& invocation) {
  require_operands(invocation, 2, SIZE_MAX, "SNAPSHOT... TARGET-URI");
  if (!invocation.has("engine"))
    throw base::Failure(base::FailureKind::kUsage, "--engine is missing; use distcp, s5cmd, rclone or csv");
  const auto engine = choose_engine(invocation.text("engine"));
  const std::string target = engine->target(invocation.operands.back());
  const std::string directory =
      absolute_path(invocation.has("output") ? invocation.text("output") : default_directory());
  if (const std::string problem = engine->plan_problem(directory); !problem.empty()) {
    throw base::Failure(base::FailureKind::kUsage,
                        base::format("{} cannot read a plan in {}: {}; name another directory with -o",
                                     engine->name(), directory, problem));
  }
  SnapshotIndex index(invocation, invocation.operands.front(), "plan");
  CopyPlan plan = make_copy_plan(index.reader(), snapshots_named(index, invocation), *engine, target);
  plan.target = target;
  plan.scope = scope_of(index.found());
  if (invocation.has("since")) use_earlier_plan(plan, *engine, invocation.text("since"));
  write_plan(plan, *engine, directory);
  if (invocation.has("json")) {
    std::cout << plan_json(plan);
  } else {
    print_text(plan, *engine, directory);
  }
  if (plan.is_of_little_use()) {
    print_warning(base::format(
        "this host would copy most bytes itself ({}), so the plan is of no use; use 'checkpointfs export'",
        sum_text(plan.sum(Part::kByHost))));
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kPlan = {"plan",
                       "SNAPSHOT... TARGET-URI",
                       "list the files of a copy for DistCp, s5cmd, rclone or others",
                       &add_plan_options,
                       &run_plan,
                       "$ checkpointfs plan orders/latest s3://backup/flink\n"
                       "$ checkpointfs plan --engine distcp -o plan orders/latest hdfs://nn2/backup\n"};

}  // namespace checkpointfs::cli
