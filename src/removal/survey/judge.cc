// SPDX-License-Identifier: Apache-2.0
#include "removal/survey/judge.h"

#include <algorithm>
#include <utility>

#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "removal/model/names.h"
#include "removal/model/rules.h"
#include "removal/model/storage.h"
#include "removal/model/survey.h"
#include "removal/survey/quarantine.h"
#include "storage/projected_name.h"
#include "storage/walk.h"

namespace checkpointfs::removal {
namespace {

std::string text(const Place& place) {
  return base::printable(absolute(place));
}

// "3 days", "5 hours", "12 minutes", "30 seconds".
std::string age_text(int64_t ns) {
  const int64_t seconds = ns / 1'000'000'000;
  const int64_t minutes = seconds / 60;
  if (seconds < 120) return base::counted(static_cast<uint64_t>(seconds), "second");
  if (minutes < 120) return base::counted(static_cast<uint64_t>(minutes), "minute");
  if (minutes < int64_t{48} * 60) return base::counted(static_cast<uint64_t>(minutes / 60), "hour");
  return base::counted(static_cast<uint64_t>(minutes / 60 / 24), "day");
}

}  // namespace

Judge::Judge(const Survey& survey, std::set<uint32_t> leaving, int64_t now_ns, int64_t grace_ns,
             Naming naming)
    : survey_(survey),
      leaving_(std::move(leaving)),
      now_ns_(now_ns),
      grace_ns_(grace_ns),
      naming_(std::move(naming)),
      sources_(survey.sources.begin(), survey.sources.end()) {
  for (const SeenSnapshot& snapshot : survey.snapshots) {
    if (!snapshot.is_checkpoint) continue;
    int64_t& newest = newest_[{snapshot.place.root, snapshot.job()}];
    newest = std::max(newest, snapshot.metadata.mtime_ns);
  }
  for (uint32_t number = 0; number < survey.files.size(); ++number) {
    const SeenFile& file = survey.files[number];
    if (std::ranges::all_of(file.snapshots, [&](uint32_t n) { return leaving_.contains(n); })) continue;
    const std::string_view name = base::last_component(file.place.path);
    if (file.is_there) {
      needed_inodes_[{file.identity.device, file.identity.inode}].push_back(number);
      needed_names_[name].push_back(number);
    } else {
      lost_names_[name].push_back(number);
    }
  }
}

Judge::Need Judge::need_of(const Candidate& candidate, const Numbers& files) const {
  for (const uint32_t file : files) {
    if (survey_.files[file].place == candidate.place) continue;
    if (const SeenSnapshot* const snapshot = needed_by(candidate, file)) return {snapshot, file};
  }
  return {};
}

const SeenSnapshot* Judge::needed_by(const Candidate& candidate, uint32_t file) const {
  for (const uint32_t number : survey_.files[file].snapshots) {
    const SeenSnapshot& snapshot = survey_.snapshots[number];
    if (leaving_.contains(number)) continue;
    if (!is_enforced(Rule::kEverySourceCounts) && snapshot.place.root != candidate.place.root) continue;
    return &snapshot;
  }
  return nullptr;
}

std::string Judge::why_needed(const Candidate& file) const {
  if (const auto known = survey_.file_at.find(file.place);
      known != survey_.file_at.end() && is_enforced(Rule::kNeededIsKept)) {
    if (const SeenSnapshot* snapshot = needed_by(file, known->second))
      return base::format("{} needs it", text(snapshot->place));
  }
  const auto same = needed_inodes_.find({file.identity.device, file.identity.inode});
  if (same != needed_inodes_.end() && is_enforced(Rule::kOneFileManyNames)) {
    if (const Need need = need_of(file, same->second); need.snapshot != nullptr)
      return base::format("it is the same file as another that {} needs", text(need.snapshot->place));
  }
  // A state file's name is a UUID: a file of that name is the same one or a copy. The mapping that led the
  // snapshot to the other may be gone tomorrow.
  const std::string_view name = base::last_component(file.place.path);
  const auto alike = needed_names_.find(name);
  if (alike != needed_names_.end() && is_state_file_name(name) && is_enforced(Rule::kSameNameIsKept)) {
    if (const Need need = need_of(file, alike->second); need.snapshot != nullptr) {
      return base::format("{} needs a file of that name, which it finds as {}", text(need.snapshot->place),
                          text(survey_.files[need.file].place));
    }
  }
  if (const auto lost = lost_names_.find(name);
      lost != lost_names_.end() && is_enforced(Rule::kLostNameIsKept)) {
    if (const Need need = need_of(file, lost->second); need.snapshot != nullptr) {
      return base::format("{} has lost a file of that name, {}", text(need.snapshot->place),
                          text(survey_.files[need.file].place));
    }
  }
  return {};
}

std::string Judge::why_where_it_lies(const Candidate& file) const {
  if (!sources_.contains(file.place.root)) return "it lies in no source";
  if (is_excluded(survey_.excluded, absolute(file.place)) && is_enforced(Rule::kExcludedIsKept))
    return "it lies in an excluded directory (--exclude)";
  if (is_task_owned(file.place.path) && is_enforced(Rule::kTaskOwnedIsKept))
    return "it lies in taskowned/, whose files are the tasks' own";
  if (is_in_database(file.place.path) && is_enforced(Rule::kDatabaseIsKept))
    return "it lies in a ForSt database, which uses files that no metadata names";
  if (file.is_marker)
    return is_of_others(base::parent(file.place.path)) ? "it lies below a name with a dot" : "";
  if (file.is_named) return why_named(file);
  if (!file.is_named && !is_state_file_name(base::last_component(file.place.path)) &&
      is_enforced(Rule::kOwnNamesOnly))
    return "its name is none that Flink gives to a state file";
  return {};
}

std::vector<const SeenSnapshot*> Judge::naming(const Candidate& file) const {
  std::vector<const SeenSnapshot*> snapshots;
  const auto known = survey_.file_at.find(file.place);
  if (known == survey_.file_at.end()) return snapshots;
  for (const uint32_t number : survey_.files[known->second].snapshots) {
    if (leaving_.contains(number)) snapshots.push_back(&survey_.snapshots[number]);
  }
  return snapshots;
}

bool Judge::is_beside_its_metadata(const Candidate& file) const {
  const Place directory{file.place.root, std::string(base::parent(file.place.path))};
  if (naming_.directories.contains(directory)) return true;
  return std::ranges::any_of(naming(file),
                             [&](const SeenSnapshot* snapshot) { return snapshot->place == directory; });
}

std::string Judge::why_named(const Candidate& file) const {
  if (is_of_others(file.place.path) && is_enforced(Rule::kOwnNamesOnly))
    return "it is no state file, whatever metadata says";
  if (is_enforced(Rule::kNamedInJobsOnly)) {
    const std::string_view name = base::last_component(file.place.path);
    // Copies of ours may have names that were made to differ.
    const bool beside = is_beside_its_metadata(file);
    const bool is_copy = beside && (storage::begins_with_uuid(name) || name.starts_with("file-"));
    if (!is_state_file_name(name) && !is_copy)
      return "its name is none that Flink gives to a state file, whatever metadata says";
    if (!beside && !is_in_a_job(file.place.path))
      return "it lies in no directory of a job, whatever metadata says";
  }
  return why_whose(file);
}

std::string Judge::why_whose(const Candidate& file) const {
  if (!naming_.owner_decides || !is_enforced(Rule::kOwnersOnly)) return {};
  std::set<uint32_t> owners = naming_.owners;
  for (const SeenSnapshot* snapshot : naming(file)) owners.insert(snapshot->metadata.uid);
  if (owners.contains(0) || owners.contains(file.identity.uid)) return {};
  return base::format(
      "it belongs to user {}, and the metadata that names it to user {}; user {} may remove it",
      file.identity.uid, owners.empty() ? "unknown" : base::format("{}", *owners.begin()), file.identity.uid);
}

std::string Judge::why_by_time(const Candidate& file) const {
  const int64_t time = file.identity.mtime_ns;
  if ((time <= 0 || time > now_ns_) && is_enforced(Rule::kUnknownTimeIsKept))
    return time <= 0 ? "its time is not known" : "its time lies in the future";
  if (now_ns_ - time < grace_ns_ && is_enforced(Rule::kGracePeriod))
    return base::format("it is younger than {} (--grace)", age_text(grace_ns_));
  // Files of a backup that is being copied in have their old times.
  const int64_t changed = file.identity.ctime_ns;
  if (changed > 0 && grace_ns_ > 0 && now_ns_ - changed < grace_ns_ && is_enforced(Rule::kChangeTimeCounts))
    return base::format("it was made, moved or changed here less than {} ago (--grace)", age_text(grace_ns_));
  if (!is_enforced(Rule::kInProgressIsKept)) return {};
  for (std::string_view job = base::parent(file.place.path);; job = base::parent(job)) {
    const auto newest = newest_.find({file.place.root, std::string(job)});
    if (newest != newest_.end() && time > newest->second)
      return "it is newer than its job's newest checkpoint, so perhaps of one in progress";
    if (job.empty()) return {};
  }
}

std::string Judge::reason_to_keep_at_any_age(const Candidate& file) const {
  std::string why = why_needed(file);
  if (why.empty()) why = why_where_it_lies(file);
  if (why.empty()) why = why_quarantined(survey_.quarantined, file.place);
  return why;
}

std::string Judge::reason_to_keep(const Candidate& file) const {
  std::string why = reason_to_keep_at_any_age(file);
  if (why.empty()) why = why_by_time(file);
  return why;
}

}  // namespace checkpointfs::removal
