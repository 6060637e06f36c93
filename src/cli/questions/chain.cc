// SPDX-License-Identifier: Apache-2.0
// checkpointfs chain.
#include <iostream>

#include "base/text/format.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/json.h"
#include "cli/output/messages.h"
#include "cli/query/job_dependencies.h"
#include "cli/query/query_target.h"

namespace checkpointfs::cli {
namespace {

void add_chain_options(OptionGroup& group) {
  add_index_options(group);
  add_flag(group, "dot", "print a graph for Graphviz");
  add_json_option(group);
}

void print_text(const JobDependencies& dependencies) {
  if (dependencies.snapshots.empty()) {
    std::cout << "no snapshots: no directory here holds a _metadata\n";
    return;
  }
  for (const auto& [job, snapshots] : dependencies.snapshots) {
    std::cout << path_text(job) << ": " << base::counted(snapshots, "snapshot");
    const auto owners = dependencies.of_jobs.find(job);
    if (owners == dependencies.of_jobs.end()) {
      std::cout << ", no files\n";
      continue;
    }
    const auto own = owners->second.find(job);
    if (own != owners->second.end()) {
      std::cout << ", " << base::counted(own->second.files, "file") << " of its own, "
                << base::human_bytes(own->second.bytes);
    }
    std::cout << "\n";
    for (const auto& [owner, dependency] : owners->second) {
      if (owner == job) continue;
      std::cout << "  needs " << path_text(owner) << ": " << base::counted(dependency.files, "file") << ", "
                << base::human_bytes(dependency.bytes) << "\n";
    }
  }
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : path_text(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

void print_dot(const JobDependencies& dependencies) {
  std::cout << "digraph chain {\n  rankdir=LR;\n  node [shape=box];\n";
  for (const auto& [job, snapshots] : dependencies.snapshots) std::cout << "  " << quoted(job) << ";\n";
  for (const auto& [job, owners] : dependencies.of_jobs) {
    for (const auto& [owner, dependency] : owners) {
      if (owner == job) continue;
      std::cout << "  " << quoted(job) << " -> " << quoted(owner) << " [label=\""
                << base::counted(dependency.files, "file") << ", " << base::human_bytes(dependency.bytes)
                << "\"];\n";
    }
  }
  std::cout << "}\n";
}

void print_result_json(const JobDependencies& dependencies) {
  JsonArray jobs;
  for (const auto& [job, snapshots] : dependencies.snapshots) {
    JsonArray owners;
    if (const auto found = dependencies.of_jobs.find(job); found != dependencies.of_jobs.end()) {
      for (const auto& [owner, dependency] : found->second) {
        owners.push_back(
            JsonObject{{"job", owner}, {"files", dependency.files}, {"bytes", dependency.bytes}});
      }
    }
    jobs.push_back(JsonObject{{"job", job}, {"snapshots", snapshots}, {"needs", std::move(owners)}});
  }
  print_json(std::cout, JsonObject{{"jobs", std::move(jobs)}});
}

ExitCode run_chain(const Invocation& invocation) {
  refuse_both(invocation, "dot", "json");
  const QueryTarget target = open_query_target(invocation, "chain");
  print_remark(target.remarks);
  index::Reader reader(target.found.options.index_file);
  require_snapshots(target, snapshots_of(reader, target).size());
  const JobDependencies dependencies = read_job_dependencies(reader, target);
  if (invocation.has("json")) {
    print_result_json(dependencies);
  } else if (invocation.has("dot")) {
    print_dot(dependencies);
  } else {
    print_text(dependencies);
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kChain = {"chain",
                        kTargetUsage,
                        "show which jobs need files of which other jobs",
                        &add_chain_options,
                        &run_chain,
                        "$ checkpointfs chain /data/flink/checkpoints\n"
                        "$ checkpointfs chain --json /mnt/checkpoints\n"};

}  // namespace checkpointfs::cli
