// SPDX-License-Identifier: Apache-2.0
// checkpointfs chain.
#include <iostream>
#include <map>
#include <set>
#include <unordered_map>

#include "base/concat.h"
#include "base/human.h"
#include "cli/command.h"
#include "cli/json.h"
#include "cli/natural_order.h"
#include "cli/options.h"
#include "cli/paths.h"
#include "cli/place.h"

namespace json = boost::json;

namespace checkpointfs::cli {
namespace {

// What one job needs of what lies in another's directory.
struct Need {
  uint64_t files = 0;
  uint64_t bytes = 0;
};

struct NaturalLess {
  bool operator()(const std::string& a, const std::string& b) const { return natural_less(a, b); }
};

struct Chain {
  std::map<std::string, uint64_t, NaturalLess> snapshots;  // of each job, how many
  std::map<std::string, std::map<std::string, Need, NaturalLess>, NaturalLess> needs;
};

void add_options(OptionGroup& group) {
  add_index_options(group);
  add_flag(group, "dot", "print a graph for Graphviz");
  add_json_option(group);
}

// The directory of the job whose directory `path`, of a state file, lies in: above Flink's own directories.
std::string owner_of(std::string_view path) {
  std::string_view directory =
      path.substr(0, path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/'));
  for (std::string_view left = directory; !left.empty();) {
    const size_t slash = left.rfind('/');
    const std::string_view name = left.substr(slash == std::string_view::npos ? 0 : slash + 1);
    left = left.substr(0, slash == std::string_view::npos ? 0 : slash);
    if (name == "shared" || name == "taskowned" || name == "dstl" || name.starts_with("chk-"))
      directory = left;
  }
  return std::string(directory);
}

Chain read_chain(index::Reader& reader, const Place& place) {
  Chain chain;
  std::unordered_map<int64_t, std::string> jobs;   // of the snapshots
  std::unordered_map<int64_t, std::string> roots;  // what stands before the paths in a source
  for (const index::Snapshot& snapshot : snapshots_of(reader, place)) {
    jobs[snapshot.id] = job_of(snapshot);
    ++chain.snapshots[job_of(snapshot)];
    const std::string own = snapshot.source_path.empty() ? "" : "/" + snapshot.source_path;
    roots[snapshot.source.id] = "/" + snapshot.path;
    roots[snapshot.source.id].resize(roots[snapshot.source.id].size() - own.size());
  }
  std::set<std::string> needing;
  reader.uses([&](const index::Reader::FileUse& use) {
    const auto root = roots.find(use.root_id);
    std::string owner;
    if (root != roots.end()) {
      const std::string path = root->second.size() > 1 ? root->second.substr(1) + "/" + use.path : use.path;
      owner = owner_of(path);
    } else {
      owner = owner_of(use.uri);
    }
    needing.clear();
    for (const int64_t snapshot : use.snapshots) {
      if (const auto job = jobs.find(snapshot); job != jobs.end()) needing.insert(job->second);
    }
    for (const std::string& job : needing) {
      Need& need = chain.needs[job][owner];
      ++need.files;
      need.bytes += use.length;
    }
  });
  return chain;
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
  json::array jobs;
  for (const auto& [job, snapshots] : chain.snapshots) {
    json::array needs;
    if (const auto found = chain.needs.find(job); found != chain.needs.end()) {
      for (const auto& [owner, need] : found->second) {
        needs.push_back(
            json::object{{"job", json_text(owner)}, {"files", need.files}, {"bytes", need.bytes}});
      }
    }
    jobs.push_back(
        json::object{{"job", json_text(job)}, {"snapshots", snapshots}, {"needs", std::move(needs)}});
  }
  print_json(std::cout, json::object{{"jobs", std::move(jobs)}});
}

ExitCode run(const Invocation& invocation) {
  if (invocation.has("dot") && invocation.has("json")) {
    throw base::Failure(base::FailureKind::kUsage,
                        "--dot and --json are two forms of one answer: choose one");
  }
  const Place place = open_place(invocation, "chain");
  index::Reader reader(place.found.options.index_file);
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

const Command kChain = {"chain", kPlaceUsage, "say which jobs need files of which other jobs", &add_options,
                        &run};

}  // namespace checkpointfs::cli
