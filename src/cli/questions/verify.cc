// SPDX-License-Identifier: Apache-2.0
// checkpointfs verify.
#include <algorithm>
#include <iostream>
#include <set>
#include <vector>

#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/arguments/paths.h"
#include "cli/output/colour.h"
#include "cli/output/json.h"
#include "cli/output/long_work.h"
#include "cli/output/messages.h"
#include "cli/query/job_filter.h"
#include "cli/query/query_target.h"
#include "cli/query/scope.h"
#include "cli/verification/copy_arguments.h"
#include "cli/verification/verify_copy.h"
#include "index/read/verify.h"

namespace checkpointfs::cli {
namespace {

constexpr size_t kProblemsShown = 5;  // of each snapshot

void add_verify_options(OptionGroup& group) {
  add_index_options(group);
  add_flag(group, "deep", "read every file to its end, and check the footers of RocksDB tables");
  add_flag(group, "newest-usable", "print only the path of the newest usable snapshot");
  add_job_option(group);
  add_copy_options(group);
  add_json_option(group);
}

std::vector<index::VerifiedSnapshot> selected(index::VerifyResult& result, const QueryTarget& target,
                                              const std::set<std::string>& jobs) {
  std::vector<index::VerifiedSnapshot> chosen;
  for (index::VerifiedSnapshot& verified : result.snapshots) {
    const bool here = target.below.empty() || base::path_below(verified.snapshot.path, target.below);
    if (here && jobs.contains(job_of(verified.snapshot))) chosen.push_back(std::move(verified));
  }
  return chosen;
}

// Returns the path to restore or copy from: in the mount that was named, else in the source.
std::string path_of(const index::Snapshot& snapshot, const QueryTarget& target) {
  const bool mounted = !target.found.mount_point.empty();
  const std::string& root = mounted ? target.found.mount_point : snapshot.source.path;
  const std::string& path = mounted ? snapshot.path : snapshot.source_path;
  return base::join(root, path);
}

ExitCode print_newest(index::Reader& reader, const std::vector<index::VerifiedSnapshot>& verified,
                      const QueryTarget& target) {
  const auto newest = index::newest_usable(reader, verified);
  if (!newest) return ExitCode::kFailure;
  std::cout << path_of(*newest, target) << "\n";
  return ExitCode::kOk;
}

void print_text(const std::vector<index::VerifiedSnapshot>& snapshots, const index::VerifyResult& result,
                bool deep, size_t most) {
  size_t broken = 0;
  for (const index::VerifiedSnapshot& verified : snapshots) {
    if (verified.is_usable()) continue;
    ++broken;
    std::cout << coloured(path_text(verified.snapshot.path), Colour::kRed) << ":\n";
    for (size_t i = 0; i < std::min(most, verified.problems.size()); ++i) {
      const index::Problem& problem = verified.problems[i];
      std::cout << "  " << base::printable(problem.file) << ": " << problem.kind << ": "
                << base::printable(problem.reason) << "\n";
    }
    if (most < verified.problems.size())
      std::cout << "  and " << verified.problems.size() - most << " more, listed with -v\n";
  }
  if (broken > 0) std::cout << "\n";
  std::cout << base::counted(snapshots.size(), "snapshot") << ", "
            << coloured(base::format("{} broken", broken), broken > 0 ? Colour::kRed : Colour::kNone)
            << "; checked " << base::counted(result.files, "file");
  if (deep) {
    std::cout << ", read " << base::human_bytes(result.bytes_read) << ", "
              << base::counted(result.tables, "table") << " of RocksDB";
  }
  std::cout << "\n";
}

void print_result_json(const std::vector<index::VerifiedSnapshot>& snapshots,
                       const index::VerifyResult& result, const std::vector<ScannedSource>& looked) {
  JsonArray list;
  for (const index::VerifiedSnapshot& verified : snapshots) {
    JsonArray problems;
    for (const index::Problem& problem : verified.problems) {
      problems.push_back(
          JsonObject{{"file", problem.file}, {"kind", problem.kind}, {"reason", problem.reason}});
    }
    list.push_back(JsonObject{{"snapshot", verified.snapshot.path},
                              {"status", to_string(verified.snapshot.status)},
                              {"usable", verified.is_usable()},
                              {"problems", std::move(problems)}});
  }
  print_json(std::cout, JsonObject{{"looked_at", scanned_sources_json(looked)},
                                   {"files", result.files},
                                   {"bytes_read", result.bytes_read},
                                   {"tables", result.tables},
                                   {"snapshots", std::move(list)}});
}

index::VerifyResult verify_files(index::Reader& reader, bool deep) {
  LongWork work("verifying", "file", "nothing was changed; run the command again");
  return index::verify(reader, {deep}, [&](uint64_t done, uint64_t all) { work.update(done, all); });
}

ExitCode run_verify(const Invocation& invocation) {
  if (invocation.has("manifest")) return verify_copy(invocation);
  require_no_copy_options(invocation);
  const bool newest = invocation.has("newest-usable");
  refuse_both(invocation, "newest-usable", "json");
  const QueryTarget target = open_query_target(invocation, "verify");
  index::Reader reader(target.found.options.index_file);
  const std::set<std::string> jobs = chosen_jobs(invocation, jobs_of(snapshots_of(reader, target)));
  const bool deep = invocation.has("deep");
  index::VerifyResult result = verify_files(reader, deep);
  const std::vector<index::VerifiedSnapshot> snapshots = selected(result, target, jobs);
  require_snapshots(target, snapshots.size());
  const std::vector<ScannedSource> looked = scanned_sources(reader);
  if (newest) {
    print_remark(scanned_sources_text(looked));
    return print_newest(reader, snapshots, target);
  }
  if (invocation.has("json")) {
    print_result_json(snapshots, result, looked);
  } else {
    std::cout << scanned_sources_text(looked);
    print_text(snapshots, result, deep, invocation.has("verbose") ? SIZE_MAX : kProblemsShown);
  }
  return std::ranges::all_of(snapshots, &index::VerifiedSnapshot::is_usable) ? ExitCode::kOk
                                                                             : ExitCode::kBroken;
}

}  // namespace

const Command kVerify = {"verify",
                         kTargetUsage,
                         "check every file again and report broken snapshots",
                         &add_verify_options,
                         &run_verify,
                         "$ checkpointfs verify --deep /data/flink/checkpoints\n"
                         "$ checkpointfs verify --newest-usable --job orders /data/flink/checkpoints\n"};

}  // namespace checkpointfs::cli
