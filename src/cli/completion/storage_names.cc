// SPDX-License-Identifier: Apache-2.0
#include "cli/completion/storage_names.h"

#include <unistd.h>

#include <exception>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/mounts.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/query/find_index.h"
#include "cli/query/job_listing.h"
#include "cli/query/pin_sources.h"
#include "cli/query/query_target.h"
#include "cli/query/scope.h"
#include "index/read/newest.h"
#include "index/read/reader.h"
#include "labels/job_labels.h"
#include "labels/short_ids.h"
#include "pins/pins.h"
#include "removal/apply/restore.h"
#include "storage/self_mounts.h"

namespace checkpointfs::cli {
namespace {

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

// The existing indexes that the command line is about.
std::vector<std::string> index_files(const Invocation& invocation) {
  const bool has_path = !invocation.operands.empty() && exists(invocation.operands.front());
  try {
    const FoundIndex found =
        find_index(invocation, has_path ? invocation.operands.front() : std::string(), false);
    if (exists(found.options.index_file)) return {found.options.index_file};
  } catch (const std::exception&) {
    // No index holds the current directory.
  }
  std::vector<std::string> files;
  if (has_path || invocation.has("index") || invocation.has("source")) return files;
  for (const KnownIndex& known : known_indexes()) files.push_back(known.file);
  return files;
}

std::string help_of(const index::Snapshot& snapshot) {
  const std::string age = age_text(snapshot.metadata_mtime_ns, now_ns());
  return base::format("{}, {}, {}", base::human_bytes(snapshot.bytes),
                      age.empty() ? base::iso_time(snapshot.metadata_mtime_ns) : age + " old",
                      to_string(snapshot.status));
}

// The name of a job that one types.
std::string short_name_of(const std::string& job, const std::string& short_path,
                          const labels::JobLabels& labels) {
  const std::string label = labels.of(job);
  return label.empty() ? std::string(base::last_component(short_path)) : label;
}

// Several snapshots may have a short name; a directory is one snapshot, whichever index names it.
using Named = std::map<std::string, std::map<std::string, std::string>>;  // help by directory by short name

void add_snapshots(const std::string& index_file, std::string_view typed, Named* named) {
  index::Reader reader(index_file);
  const index::Newest newest = index::read_newest(reader);
  const labels::JobLabels labels = labels::JobLabels::read();
  std::vector<index::Snapshot> snapshots;
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) { snapshots.push_back(snapshot); });
  const std::set<std::string> jobs = jobs_of(snapshots);
  const std::map<std::string, std::string> short_paths = labels::short_job_paths({jobs.begin(), jobs.end()});
  for (const index::Snapshot& snapshot : snapshots) {
    const std::string job = job_of(snapshot);
    const std::string_view own = base::last_component(snapshot.path);
    const std::string_view id = base::last_component(job);
    const std::string name = short_name_of(job, short_paths.at(job), labels);
    const std::string directory = base::join(snapshot.source.path, snapshot.source_path);
    std::vector<std::string> names;
    if (own.starts_with("savepoint-")) names.emplace_back(own);
    names.push_back(base::join(name, own));
    names.push_back(base::join(id, own));
    names.push_back(snapshot.path);
    for (const std::string& one : names) {
      if (!one.starts_with(typed)) continue;
      (*named)[one].emplace(directory, help_of(snapshot));
      break;
    }
    const std::string latest = base::join(name, "latest");
    if (newest.ids.contains(snapshot.id) && latest.starts_with(typed))
      (*named)[latest].emplace(directory, base::format("{}: {}", own, help_of(snapshot)));
  }
}

// Calls `add` with each of the files, and leaves out those that it cannot read.
template <typename Add>
void for_each_index(const std::vector<std::string>& files, const Add& add) {
  for (const std::string& file : files) {
    try {
      add(file);
    } catch (const std::exception&) {
      // A damaged index, or one of another version, which the command itself reports.
    }
  }
}

std::vector<std::string> sources_for(const Invocation& invocation) {
  try {
    return pin_sources(invocation, invocation.texts("source"));
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace

Candidates snapshot_candidates(const Invocation& invocation, std::string_view typed) {
  Named named;
  for_each_index(index_files(invocation),
                 [&](const std::string& file) { add_snapshots(file, typed, &named); });
  std::map<std::string, std::string> helps;
  for (const auto& [name, directories] : named) {
    // An ambiguous name is of no use.
    for (const auto& [directory, help] : directories)
      helps.emplace(directories.size() == 1 ? name : directory, help);
  }
  Candidates all;
  for (const auto& [name, help] : helps) {
    if (name.starts_with(typed)) all.push_back({name, help});
  }
  return all;
}

Candidates job_candidates(const Invocation& invocation) {
  const labels::JobLabels labels = labels::JobLabels::read();
  std::map<std::string, std::string> names;
  for_each_index(index_files(invocation), [&](const std::string& file) {
    index::Reader reader(file);
    std::map<std::string, size_t> counts;
    reader.snapshots().for_each([&](const index::Snapshot& snapshot) { ++counts[job_of(snapshot)]; });
    std::vector<std::string> jobs;
    for (const auto& [job, count] : counts) jobs.push_back(job);
    for (const auto& [job, short_path] : labels::short_job_paths(jobs)) {
      const std::string name = short_name_of(job, short_path, labels);
      if (!name.empty()) names[name] = base::counted(counts[job], "snapshot");
    }
  });
  Candidates all;
  for (const auto& [name, help] : names) all.push_back({name, help});
  return all;
}

Candidates plan_candidates(const Invocation& invocation) {
  Candidates all;
  try {
    for (const removal::InTrash& plan : removal::list_trash(sources_for(invocation)))
      all.push_back({plan.id, base::format("{}: {}, {}", plan.command, base::counted(plan.files, "file"),
                                           base::human_bytes(plan.bytes))});
  } catch (const std::exception&) {
    // A trash that cannot be read offers nothing.
  }
  return all;
}

Candidates pin_candidates(const Invocation& invocation) {
  Candidates all;
  for (const std::string& source : sources_for(invocation)) {
    try {
      for (const pins::Pin& pin : pins::list_pins(source))
        all.push_back({pin.name, base::format("{}, pinned {}", base::human_bytes(pin.bytes),
                                              base::iso_time(pin.pinned_at_ns))});
    } catch (const std::exception&) {
      // The pins of this source cannot be read.
    }
  }
  return all;
}

Candidates mount_point_candidates() {
  Candidates all;
  for (const base::MountedTree& mount : base::mounts()) {
    if (mount.type == storage::kFileSystemType) all.push_back({mount.point, mount.source});
  }
  return all;
}

Candidates source_candidates() {
  std::set<std::string> sources;
  for (const KnownIndex& known : known_indexes()) sources.insert(known.sources.begin(), known.sources.end());
  Candidates all;
  for (const std::string& source : sources) all.push_back({source, "storage with an index"});
  return all;
}

}  // namespace checkpointfs::cli
