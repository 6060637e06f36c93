// SPDX-License-Identifier: Apache-2.0
#include "removal/apply/restore.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <tuple>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/text/shell.h"
#include "flink/names.h"
#include "removal/apply/remember.h"
#include "removal/model/plan.h"
#include "removal/model/rules.h"
#include "removal/model/storage.h"
#include "removal/model/survey.h"
#include "removal/survey/surveyor.h"
#include "removal/trash/journal.h"
#include "removal/trash/mover.h"
#include "removal/trash/run_record.h"

namespace checkpointfs::removal {
namespace {

using base::Failure;
using base::FailureKind;

// Restores one plan in one source.
class Restorer {
 public:
  Restorer(const std::string& id, Trash& trash, storage::DiskOperations& disk,
           const std::function<void(uint64_t, uint64_t)>& progress, Restored& result)
      : id_(id),
        trash_(trash),
        disk_(disk),
        progress_(progress),
        mover_(trash, id, disk),
        journal_(trash, disk),
        result_(result) {}

  void run();

 private:
  void put_back(const std::vector<Trash::Kept>& files, bool metadata);
  void make_directories(const Run& run);
  void restore_times(const Run& run);
  void fail(const std::string& path, int64_t size, int error) {
    result_.failed.push_back({{trash_.source(), path}, size, std::generic_category().message(error)});
  }
  void sync();

  const std::string& id_;
  Trash& trash_;
  storage::DiskOperations& disk_;
  const std::function<void(uint64_t, uint64_t)>& progress_;
  Mover mover_;
  Journal journal_;
  Restored& result_;
  uint64_t done_ = 0;
  std::set<std::string> untouched_;  // directories that nobody changed since the plan was carried out
};

void Restorer::sync() {
  if (const int error = mover_.sync(); error != 0)
    throw base::SystemError(error, "write to disk the directories of", trash_.source());
  journal_.flush();
}

void Restorer::put_back(const std::vector<Trash::Kept>& files, bool metadata) {
  for (const Trash::Kept& file : files) {
    if ((base::last_component(file.path) == flink::kMetadataFile) != metadata) continue;
    if (const int error = mover_.from_trash(file.path); error != 0) {
      fail(file.path, file.identity.size, error);
      continue;
    }
    ++result_.files;
    result_.bytes += static_cast<uint64_t>(file.identity.size);
    journal_.file("restored", id_, file.path, file.identity);
    if (progress_) progress_(++done_, files.size());
  }
}

void Restorer::make_directories(const Run& run) {
  for (const DirectoryFacts& facts : run.directories) {
    if (!facts.goes) continue;
    if (const int error = mover_.make_directories(facts.path); error != 0) fail(facts.path, 0, error);
  }
}

void Restorer::restore_times(const Run& run) {
  // Deeper directories come first: a change of their times changes none above.
  for (auto facts = run.directories.rbegin(); facts != run.directories.rend(); ++facts) {
    if (!untouched_.contains(facts->path)) continue;
    const char* const path = facts->path.empty() ? "." : facts->path.c_str();
    const base::UniqueFd fd = base::try_open_beneath(trash_.source_fd(), path, O_RDONLY | O_DIRECTORY);
    if (!fd) continue;
    const int error = disk_.set_mtime(fd.get(), facts->mtime_ns);
    if (error != 0) fail(facts->path, 0, error);
  }
}

void Restorer::run() {
  const auto run = read_run(trash_, id_);
  if (!run) return;
  untouched_ = read_untouched(trash_, id_);
  const std::vector<Trash::Kept> files = trash_.files_of(id_);
  mover_.restore_as(run->directories);
  make_directories(*run);
  put_back(files, false);
  sync();
  // A snapshot that lacks a file is not shown as if it were whole.
  const bool all = result_.failed.empty();
  if (all) put_back(files, true);
  sync();
  restore_times(*run);
  if (!result_.failed.empty()) return;
  remember_restored(run->plan.snapshots, trash_, disk_);
  journal_.event("restored all", id_);
  journal_.flush();
  trash_.remove(id_, disk_);
}

// Directories that are as the plan left them, or as it removed them.
std::set<std::string> untouched(const Trash& trash, const std::string& id, const Run& run) {
  const DirectoryTimes left = read_times(trash, id);
  std::set<std::string> paths;
  for (const DirectoryFacts& facts : run.directories) {
    struct stat st = {};
    const char* const path = facts.path.empty() ? "." : facts.path.c_str();
    const int error = base::stat_beneath(trash.source_fd(), path, &st);
    const auto then = left.find(facts.path);
    if (error == ENOENT || (error == 0 && then != left.end() && then->second == storage::mtime_ns(st)))
      paths.insert(facts.path);
  }
  return paths;
}

void require_one(const std::string& id, Trashes& trashes) {
  const bool found = std::ranges::any_of(trashes.all(), [&](auto& at) { return at.second.has(id); });
  if (found) return;
  std::string sources;
  for (const auto& [source, trash] : trashes.all())
    sources += base::format(" --source {}", base::shell_quoted(source));
  throw Failure(FailureKind::kSource,
                base::format("the trash has no plan {}; 'checkpointfs trash{} list' shows those it has",
                             base::printable(id), sources));
}

void require_not_lost(const Trash& trash, const std::vector<Trash::Kept>& files, const Survey& survey) {
  if (!is_enforced(Rule::kPurgeKeepsLost)) return;
  for (const Trash::Kept& file : files) {
    const auto wanted =
        survey.files.first_lost(base::last_component(file.path), [](const SeenFile&) { return true; });
    if (!wanted) continue;
    const SeenSnapshot& snapshot = survey.snapshots[wanted->snapshots.front()];
    throw Failure(
        FailureKind::kRefused,
        base::format(
            "nothing is purged: {} has lost {}, which lies in the trash of {}; put it back with 'checkpointfs trash --source {} restore PLAN'",
            base::printable(absolute(snapshot.place)), base::printable(base::last_component(file.path)),
            base::printable(trash.source()), base::shell_quoted(trash.source())));
  }
}

}  // namespace

Restored restore(const std::string& id, Trashes& trashes, storage::DiskOperations& disk,
                 const std::function<void(uint64_t, uint64_t)>& progress) {
  require_one(id, trashes);
  Restored result;
  result.id = id;
  // All sources are marked before anything moves in one: then all of it is finished, whatever happens.
  std::optional<Plan> plan;
  for (auto& [source, trash] : trashes.all()) {
    const auto run = read_run(trash, id);
    if (!run) continue;
    if (!plan) plan = run->plan;
    if (!trash.is_restoring(id)) mark_restoring(trash, id, untouched(trash, id, *run), disk);
  }
  for (auto& [source, trash] : trashes.all()) Restorer(id, trash, disk, progress, result).run();
  if (plan) result.lacking = lacking_of(*plan, trashes);
  return result;
}

namespace {

void require_purgeable(const std::string& id, const Survey& survey, Trashes& trashes) {
  require_one(id, trashes);
  for (auto& [source, trash] : trashes.all()) {
    if (const auto run = read_run(trash, id)) require_known(survey, run->plan.others.empty());
    if (!trash.is_done(id) && trash.has(id)) {
      throw Failure(FailureKind::kRefused, base::format("the plan {} was begun and not finished", id));
    }
    require_not_lost(trash, trash.files_of(id), survey);
  }
}

Purged purge_one(const std::string& id, Trashes& trashes, storage::DiskOperations& disk) {
  Purged result;
  result.id = id;
  for (auto& [source, trash] : trashes.all()) {
    if (!trash.has(id)) continue;
    for (const Trash::Kept& file : trash.files_of(id)) {
      ++result.files;
      result.bytes += static_cast<uint64_t>(file.identity.size);
    }
    Journal journal(trash, disk);
    journal.event("purged", id);
    journal.flush();
    trash.remove(id, disk);
  }
  return result;
}

}  // namespace

std::vector<Purged> purge(const std::vector<std::string>& ids, const Storage& storage, const Survey& survey,
                          Trashes& trashes, storage::DiskOperations& disk) {
  for (const std::string& id : ids) require_purgeable(id, survey, trashes);
  require_not_needed_in_trash({ids.begin(), ids.end()}, storage, trashes);
  std::vector<Purged> all;
  for (const std::string& id : ids) all.push_back(purge_one(id, trashes, disk));
  return all;
}

std::vector<InTrash> list_trash(const std::vector<std::string>& sources) {
  std::map<std::string, InTrash> all;
  for (const std::string& source : sources) {
    const auto trash = Trash::open(source);
    if (!trash) continue;
    for (const std::string& id : trash->runs()) {
      const auto run = read_run_without_files(*trash, id);
      if (!run) continue;
      const auto [at, added] = all.try_emplace(id);
      InTrash& entry = at->second;
      if (added) {
        entry.id = id;
        entry.command = run->plan.command;
        entry.made_ns = run->plan.made_ns;
        entry.begun_ns = trash->begun_ns(id);
        entry.done = true;
        for (const PlannedSnapshot& snapshot : run->plan.snapshots) entry.snapshots.push_back(snapshot.place);
      }
      entry.done &= trash->is_done(id);
      entry.restoring |= trash->is_restoring(id);
      for (const Trash::Kept& file : trash->files_of(id)) {
        ++entry.files;
        entry.bytes += static_cast<uint64_t>(file.identity.size);
      }
    }
  }
  std::vector<InTrash> entries;
  entries.reserve(all.size());
  for (auto& [id, entry] : all) entries.push_back(std::move(entry));
  std::ranges::stable_sort(entries, {}, &InTrash::made_ns);
  return entries;
}

std::set<Place> snapshots_in_trash(const std::vector<std::string>& sources) {
  std::set<Place> places;
  for (const std::string& source : sources) {
    const auto trash = Trash::open(source);
    if (!trash) continue;
    for (const std::string& id : trash->runs()) {
      const auto run = read_run_without_files(*trash, id);
      if (!run) continue;
      for (const PlannedSnapshot& snapshot : run->plan.snapshots) places.insert(snapshot.place);
    }
  }
  return places;
}

}  // namespace checkpointfs::removal
