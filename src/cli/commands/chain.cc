// SPDX-License-Identifier: Apache-2.0
// checkpointfs chain.
#include <iostream>

#include "base/text/format.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/json.h"
#include "cli/query/job_dependencies.h"
#include "cli/query/query_target.h"

namespace checkpointfs::cli {
namespace {

void add_options(OptionGroup& group) {
  add_index_options(group);
  add_flag(group, "dot", "print a graph for Graphviz");
  add_json_option(group);
}

void print_text(const Chain& chain) {
  if (chain.snapshots.empty()) {
    std::cout << "no snapshot: no directory here holds a _metadata\n";
    return;
  }
  for (const auto& [job, snapshots] : chain.snapshots) {
    std::cout << path_text(job) << ": " << base::counted(snapshots, "snapshot");
    const auto needs = chain.needs.find(job);
    if (needs == chain.needs.end()) {
      std::cout << ", no files\n";
      continue;
    }
    const auto own = needs->second.find(job);
    if (own != needs->second.end()) {
      std::cout << ", " << base::counted(own->second.files, "file") << " of its own, "
                << base::human_bytes(own->second.bytes);
    }
    std::cout << "\n";
    size_t left = needs->second.size() - (own != needs->second.end() ? 1 : 0);
    for (const auto& [owner, need] : needs->second) {
      if (owner == job) continue;
      std::cout << (--left == 0 ? "└── " : "├── ") << path_text(owner) << ": "
                << base::counted(need.files, "file") << ", " << base::human_bytes(need.bytes) << "\n";
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

void print_dot(const Chain& chain) {
  std::cout << "digraph chain {\n  rankdir=LR;\n  node [shape=box];\n";
  for (const auto& [job, snapshots] : chain.snapshots) std::cout << "  " << quoted(job) << ";\n";
  for (const auto& [job, needs] : chain.needs) {
    for (const auto& [owner, need] : needs) {
      if (owner == job) continue;
      std::cout << "  " << quoted(job) << " -> " << quoted(owner) << " [label=\""
                << base::counted(need.files, "file") << ", " << base::human_bytes(need.bytes) << "\"];\n";
    }
  }
  std::cout << "}\n";
}

void print_result_json(const Chain& chain) {
  JsonArray jobs;
  for (const auto& [job, snapshots] : chain.snapshots) {
    JsonArray needs;
    if (const auto found = chain.needs.find(job); found != chain.needs.end()) {
      for (const auto& [owner, need] : found->second) {
        needs.push_back(JsonObject{{"job", owner}, {"files", need.files}, {"bytes", need.bytes}});
      }
    }
    jobs.push_back(JsonObject{{"job", job}, {"snapshots", snapshots}, {"needs", std::move(needs)}});
  }
  print_json(std::cout, JsonObject{{"jobs", std::move(jobs)}});
}

ExitCode run(const Invocation& invocation) {
  if (invocation.has("dot") && invocation.has("json")) {
    throw base::Failure(base::FailureKind::kUsage,
                        "--dot and --json are two forms of one answer: choose one");
  }
  const QueryTarget place = open_query_target(invocation, "chain");
  index::Reader reader(place.found.options.index_file);
  require_snapshots(place, snapshots_of(reader, place).size());
  const Chain chain = read_chain(reader, place);
  if (invocation.has("json")) {
    print_result_json(chain);
  } else if (invocation.has("dot")) {
    print_dot(chain);
  } else {
    print_text(chain);
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kChain = {"chain", kTargetUsage, "say which jobs need files of which other jobs", &add_options,
                        &run};

}  // namespace checkpointfs::cli
