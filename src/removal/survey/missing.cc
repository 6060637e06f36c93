// SPDX-License-Identifier: Apache-2.0
#include "removal/survey/missing.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <set>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/mounts.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/text/shell.h"
#include "removal/model/plan.h"
#include "removal/model/rules.h"
#include "removal/model/storage.h"
#include "removal/model/survey.h"
#include "removal/trash/known_storage.h"
#include "removal/trash/run_record.h"
#include "removal/trash/trash.h"
#include "storage/directory_listing.h"

namespace checkpointfs::removal {
namespace {

// The names in a directory; nothing if it cannot be listed.
std::optional<std::set<std::string>> names_in(int root, const std::string& path) {
  std::set<std::string> names;
  base::UniqueFd directory = base::try_open_beneath(root, path.c_str(), O_RDONLY | O_DIRECTORY);
  if (!directory) return std::nullopt;
  const int error = storage::list_directory(std::move(directory), [&](int, const dirent& entry) {
    const std::string_view name = entry.d_name;
    if (name != "." && name != "..") names.emplace(name);
    return 0;
  });
  return error == 0 ? std::optional(names) : std::nullopt;
}

// A job that ended without a retained checkpoint: Flink deletes all that the job had, and leaves the two
// empty directories. An empty mount point has neither.
bool is_left_by_flink(int source, const std::string& job) {
  static const std::set<std::string> kLeft = {"shared", "taskowned"};
  return names_in(source, job) == kLeft && std::ranges::all_of(kLeft, [&](const std::string& name) {
           const auto names = names_in(source, base::join(job, name));
           return names && names->empty();
         });
}

constexpr std::string_view kNone = "had snapshots and has none now";

class Comparison {
 public:
  Comparison(const Storage& storage, const std::set<Place>& jobs) : storage_(storage), jobs_(jobs) {}

  void read_records();
  // Compares what a walk alone can tell; a walk does not see hidden snapshots.
  void compare_shown();
  void compare();
  Compared result() { return std::move(result_); }

 private:
  struct Source {
    base::UniqueFd fd;
    DirectoryId directory;
    std::optional<KnownStorage> known;
  };
  void miss(const std::string& path, std::string_view why) {
    if (is_at_or_below_any(path, storage_.forgotten) || storage_.excludes(path)) return;
    if (missed_.insert(path).second) result_.missing.push_back({path, std::string(why)});
  }
  void read_record(const std::string& path);
  void unknown(const std::exception& error) {
    result_.unknown.push_back(base::format("it is not known what had snapshots: {}", error.what()));
  }
  void compare_jobs();
  void compare_sources();
  void compare_with_index();
  void compare_source(const std::string& path, const KnownSource& source, const std::string& beside);
  // "" if it is as it was.
  std::string why_missed(const Source& source, const Place& place, const KnownJob& job) const;
  // The directory in the given source that holds it; nothing if none does.
  std::optional<Place> place_of(const std::string& path) const;
  bool is_gone_source(const std::string& path) const;

  const Storage& storage_;
  const std::set<Place>& jobs_;  // that have snapshots
  Compared result_;
  std::set<Place> leaving_;  // their last snapshots go with a plan that is not finished
  std::map<std::string, Source> sources_;
  std::set<std::string> missed_;
};

void Comparison::read_record(const std::string& path) {
  Source source;
  source.fd = base::open_directory(path);
  source.directory = directory_id(source.fd.get(), path);
  if (const auto control = storage::ControlDirectory::open(path)) source.known = read_known(*control);
  sources_.emplace(path, std::move(source));
  const auto trash = Trash::open(path);
  if (!trash) return;
  for (const std::string& id : trash->runs()) {
    if (trash->is_done(id) && !trash->is_restoring(id)) continue;
    const auto run = read_run_without_files(*trash, id);
    if (!run) continue;
    for (const PlannedSnapshot& snapshot : run->plan.snapshots) {
      const Place job{snapshot.place.root, std::string(base::parent(snapshot.place.path))};
      if (!run->plan.others.contains(job)) leaving_.insert(job);
    }
  }
}

void Comparison::read_records() {
  for (const std::string& path : storage_.sources()) {
    try {
      read_record(path);
    } catch (const base::SystemError& error) {
      unknown(error);
    } catch (const base::Failure& failure) {
      unknown(failure);
    }
  }
}

std::string Comparison::why_missed(const Source& source, const Place& place, const KnownJob& job) const {
  const std::optional<KnownJob> now = look_at_job(source.fd.get(), place.root, place.path);
  if (!now) return "had snapshots and is not there";
  if (job.is_mount_point && !now->is_mount_point)
    return "was a mount point, and nothing is mounted there now";
  if (!job.is_mount_point && now->is_mount_point)
    return "had snapshots, and something is mounted over it now";
  if (job.is_mount_point && !may_be_same(job.directory, now->directory))
    return "is another file system than before";
  // One that was made anew is known anew, by its snapshots.
  if (jobs_.contains(place)) return "";
  const bool is_done = !job.is_mount_point && may_be_same(job.directory, now->directory) &&
                       is_left_by_flink(source.fd.get(), place.path);
  return is_done ? "" : std::string(kNone);
}

void Comparison::compare_jobs() {
  for (const auto& [path, source] : sources_) {
    if (!source.known) continue;
    for (const auto& [name, job] : source.known->jobs) {
      const Place place{path, name};
      if (leaving_.contains(place)) continue;
      if (const std::string why = why_missed(source, place, job); !why.empty()) miss(absolute(place), why);
    }
  }
}

void Comparison::compare_source(const std::string& path, const KnownSource& known,
                                const std::string& beside) {
  const bool is_elsewhere = std::ranges::any_of(
      sources_, [&](const auto& at) { return at.second.known && at.second.known->id == known.id; });
  if (is_elsewhere) return;
  if (const auto given = sources_.find(path); given != sources_.end()) {
    // Its record was removed, or another storage lies there.
    if (given->second.known || !may_be_same(given->second.directory, known.directory))
      miss(path, "is another file system or directory than before; is the right one mounted?");
    return;
  }
  if (const auto place = place_of(path)) {
    const auto now = look_at_job(sources_.at(place->root).fd.get(), place->root, place->path);
    if (!now || !may_be_same(now->directory, known.directory))
      miss(path, "is another file system or directory than before; is the right one mounted?");
    return;
  }
  miss(path,
       base::format("was a source together with {}, whose files its snapshots may need: add --source {}",
                    base::printable(beside), base::shell_quoted(path)));
}

void Comparison::compare_sources() {
  for (const auto& [path, source] : sources_) {
    if (!source.known) continue;
    for (const auto& [other, known] : source.known->sources) {
      if (other != path && known.id != source.known->id) compare_source(other, known, path);
    }
  }
}

std::optional<Place> Comparison::place_of(const std::string& path) const {
  for (const auto& [source, at] : sources_) {
    if (const auto below = base::path_below(path, source)) return Place{source, std::string(*below)};
  }
  return std::nullopt;
}

bool Comparison::is_gone_source(const std::string& path) const {
  return std::ranges::any_of(sources_, [&](const auto& at) {
    return at.second.known && at.second.known->gone_sources.contains(path);
  });
}

void Comparison::compare_with_index() {
  for (const Place& job : storage_.remembered) {
    const std::string path = absolute(job);
    const auto place = place_of(path);
    if (!place) {
      if (is_gone_source(job.root)) continue;
      miss(job.root, base::format("had snapshots: add --source {}", base::shell_quoted(job.root)));
      continue;
    }
    const auto& known = sources_.at(place->root).known;
    if (jobs_.contains(*place) || leaving_.contains(*place) || (known && known->gone.contains(place->path)))
      continue;
    // Only the record tells whether the directory is the one that it was.
    const bool is_recorded = known && known->jobs.contains(place->path);
    if (is_recorded && why_missed(sources_.at(place->root), *place, known->jobs.at(place->path)).empty())
      continue;
    miss(path, kNone);
  }
}

void Comparison::compare_shown() {
  compare_sources();
  compare_with_index();
}

void Comparison::compare() {
  try {
    compare_shown();
    compare_jobs();
  } catch (const base::SystemError& error) {
    unknown(error);
  }
}

}  // namespace

bool is_at_or_below_any(const std::string& path, const std::vector<std::string>& directories) {
  return std::ranges::any_of(directories, [&](std::string one) {
    if (one.size() > 1 && one.ends_with('/')) one.pop_back();
    return base::path_below(path, one).has_value();
  });
}

Compared find_missing(const Storage& storage, const std::set<Place>& jobs) {
  if (!is_enforced(Rule::kKnownIsMissed)) return {};
  Comparison comparison(storage, jobs);
  comparison.read_records();
  comparison.compare();
  return comparison.result();
}

void require_none_missing(const std::vector<Missing>& missing) {
  if (missing.empty()) return;
  constexpr size_t kMostReasons = 10;
  std::string reasons;
  std::string options;
  for (size_t i = 0; i < missing.size(); ++i) {
    if (i < kMostReasons)
      reasons +=
          base::format("{}{} {}", i == 0 ? "" : "; ", base::printable(missing[i].path), missing[i].why);
    options += base::format(" --forget {}", base::shell_quoted(missing[i].path));
  }
  if (missing.size() > kMostReasons) reasons += base::format("; and {} more", missing.size() - kMostReasons);
  throw base::Failure(
      base::FailureKind::kRefused,
      base::format(
          "nothing is removed, as snapshots are missed: {}; mount what is not mounted, or, if the loss is right, add:{}",
          reasons, options));
}

void require_none_missing(const Storage& storage, const JobCounts& jobs) {
  std::set<Place> places;
  for (const auto& [job, count] : jobs) places.insert(job);
  if (!is_enforced(Rule::kKnownIsMissed)) return;
  Comparison comparison(storage, places);
  comparison.read_records();
  comparison.compare_shown();
  const Compared compared = comparison.result();
  // The survey reports records that cannot be read.
  if (compared.unknown.empty()) require_none_missing(compared.missing);
}

}  // namespace checkpointfs::removal
