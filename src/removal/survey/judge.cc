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

Judge::Judge(const Survey& survey, const std::set<uint32_t>& leaving, int64_t now_ns, int64_t grace_ns,
             Naming naming)
    : survey_(survey),
      leaving_(leaving.empty() ? 0 : *leaving.rbegin() + size_t{1}),
      now_ns_(now_ns),
      grace_ns_(grace_ns),
      naming_(std::move(naming)),
      sources_(survey.sources.begin(), survey.sources.end()) {
  for (const uint32_t snapshot : leaving) leaving_[snapshot] = true;
  for (const SeenSnapshot& snapshot : survey.snapshots) {
    if (!snapshot.is_checkpoint) continue;
    int64_t& newest = newest_[{snapshot.place.root, snapshot.job()}];
    newest = std::max(newest, snapshot.metadata.mtime_ns);
  }
}

Judge::Need Judge::need_of_another(const Candidate& candidate,
                                   const std::function<std::optional<SeenFile>(const Accept&)>& first) const {
  const auto found = first([&](const SeenFile& file) {
    return file.place != candidate.place && needed_by(candidate, file) != nullptr;
  });
  return found ? Need{needed_by(candidate, *found), found->place} : Need{};
}

const SeenSnapshot* Judge::needed_by(const Candidate& candidate, const SeenFile& file) const {
  for (const uint32_t number : file.snapshots) {
    const SeenSnapshot& snapshot = survey_.snapshots[number];
    if (leaves(number)) continue;
    if (!is_enforced(Rule::kEverySourceCounts) && snapshot.place.root != candidate.place.root) continue;
    return &snapshot;
  }
  return nullptr;
}

std::string Judge::why_needed(const Candidate& file, const SeenFile* seen) const {
  const SeenFiles& files = survey_.files;
  if (is_enforced(Rule::kNeededIsKept)) {
    const SeenSnapshot* const snapshot = seen != nullptr ? needed_by(file, *seen) : nullptr;
    if (snapshot != nullptr) return base::format("{} needs it", text(snapshot->place));
  }
  if (is_enforced(Rule::kOneFileManyNames)) {
    const Need need =
        need_of_another(file, [&](const Accept& accept) { return files.first_link(file.identity, accept); });
    if (need.snapshot != nullptr)
      return base::format("it is the same file as another that {} needs", text(need.snapshot->place));
  }
  // A state file's name is a UUID: a file of that name is the same one or a copy. The mapping that led the
  // snapshot to the other may be gone tomorrow.
  const std::string_view name = base::last_component(file.place.path);
  if (is_state_file_name(name) && is_enforced(Rule::kSameNameIsKept)) {
    const Need need =
        need_of_another(file, [&](const Accept& accept) { return files.first_named(name, accept); });
    if (need.snapshot != nullptr) {
      return base::format("{} needs a file of that name, which it finds as {}", text(need.snapshot->place),
                          text(need.file));
    }
  }
  if (is_enforced(Rule::kLostNameIsKept)) {
    const Need need =
        need_of_another(file, [&](const Accept& accept) { return files.first_lost(name, accept); });
    if (need.snapshot != nullptr)
      return base::format("{} has lost a file of that name, {}", text(need.snapshot->place), text(need.file));
  }
  return {};
}

std::string Judge::why_where_it_lies(const Candidate& file, const SeenFile* seen) const {
  if (!sources_.contains(file.place.root)) return "it lies in no source";
  if (is_excluded(survey_.excluded, absolute(file.place)) && is_enforced(Rule::kExcludedIsKept))
    return "it lies in an excluded directory (--exclude)";
  if (is_task_owned(file.place.path) && is_enforced(Rule::kTaskOwnedIsKept))
    return "it lies in taskowned/, whose files are the tasks' own";
  if (is_in_database(file.place.path) && is_enforced(Rule::kDatabaseIsKept))
    return "it lies in a ForSt database, which uses files that no metadata names";
  if (file.is_marker)
    return is_of_others(base::parent(file.place.path)) ? "it lies below a name with a dot" : "";
  if (file.is_named) return why_named(file, seen);
  if (!file.is_named && !is_state_file_name(base::last_component(file.place.path)) &&
      is_enforced(Rule::kOwnNamesOnly))
    return "its name is none that Flink gives to a state file";
  return {};
}

std::vector<const SeenSnapshot*> Judge::naming(const SeenFile* seen) const {
  std::vector<const SeenSnapshot*> snapshots;
  if (seen == nullptr) return snapshots;
  for (const uint32_t number : seen->snapshots) {
    if (leaves(number)) snapshots.push_back(&survey_.snapshots[number]);
  }
  return snapshots;
}

bool Judge::is_beside_its_metadata(const Candidate& file, const SeenFile* seen) const {
  const Place directory{file.place.root, std::string(base::parent(file.place.path))};
  if (naming_.directories.contains(directory)) return true;
  return std::ranges::any_of(naming(seen),
                             [&](const SeenSnapshot* snapshot) { return snapshot->place == directory; });
}

std::string Judge::why_named(const Candidate& file, const SeenFile* seen) const {
  if (is_of_others(file.place.path) && is_enforced(Rule::kOwnNamesOnly))
    return "it is no state file, whatever metadata says";
  if (is_enforced(Rule::kNamedInJobsOnly)) {
    const std::string_view name = base::last_component(file.place.path);
    // Copies of ours may have names that were made to differ.
    const bool beside = is_beside_its_metadata(file, seen);
    const bool is_copy = beside && (storage::begins_with_uuid(name) || name.starts_with("file-"));
    if (!is_state_file_name(name) && !is_copy)
      return "its name is none that Flink gives to a state file, whatever metadata says";
    if (!beside && !is_in_a_job(file.place.path))
      return "it lies in no directory of a job, whatever metadata says";
  }
  return why_whose(file, seen);
}

std::string Judge::why_whose(const Candidate& file, const SeenFile* seen) const {
  if (!naming_.owner_decides || !is_enforced(Rule::kOwnersOnly)) return {};
  std::set<uint32_t> owners = naming_.owners;
  for (const SeenSnapshot* snapshot : naming(seen)) owners.insert(snapshot->metadata.uid);
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

std::string Judge::why_at_any_age(const Candidate& file, const SeenFile* seen) const {
  std::string why = why_needed(file, seen);
  if (why.empty()) why = why_where_it_lies(file, seen);
  if (why.empty()) why = why_quarantined(survey_.quarantined, file.place);
  return why;
}

std::string Judge::reason_to_keep_at_any_age(const Candidate& file) const {
  const auto seen = survey_.files.at(file.place);
  return why_at_any_age(file, seen ? &*seen : nullptr);
}

std::string Judge::reason_to_keep(const Candidate& file, const SeenFile* seen) const {
  std::string why = why_at_any_age(file, seen);
  if (why.empty()) why = why_by_time(file);
  return why;
}

std::string Judge::reason_to_keep(const Candidate& file) const {
  const auto seen = survey_.files.at(file.place);
  return reason_to_keep(file, seen ? &*seen : nullptr);
}

}  // namespace checkpointfs::removal
