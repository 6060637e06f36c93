// SPDX-License-Identifier: Apache-2.0
#include "base/mounts.h"
#include "removal/apply/remember.h"

#include "base/beneath.h"
#include "base/path.h"
#include "flink/names.h"
#include "removal/model/plan.h"
#include "removal/model/storage.h"
#include "removal/survey/missing.h"
#include "removal/trash/known_storage.h"

namespace checkpointfs::removal {
namespace {

// The record of one source, read, and written if it changed.
class Record {
 public:
  explicit Record(const Trash& trash) : trash_(trash), before_(read_known(trash.control())) {
    if (before_) known = *before_;
    if (known.id.empty()) known.id = new_source_id();
  }
  void write(storage::DiskOperations& disk) const {
    if (before_ != known) write_known(trash_.control(), known, disk);
  }
  void add_job(const std::string& path) {
    const auto now = look_at_job(trash_.source_fd(), trash_.source(), path);
    if (!now) return;
    known.jobs[path] = *now;
    known.gone.erase(path);
  }
  void drop_job(const std::string& path) {
    known.jobs.erase(path);
    known.gone.insert(path);
  }

  KnownStorage known;

 private:
  const Trash& trash_;
  const std::optional<KnownStorage> before_;
};

}  // namespace

void remember(const JobCounts& jobs, Trashes& trashes, storage::DiskOperations& disk) {
  std::map<std::string, Record> records;
  for (auto& [source, trash] : trashes.all()) records.try_emplace(source, trash);
  // A source that was copied, record and all.
  std::set<std::string> ids;
  for (auto& [source, record] : records) {
    while (!ids.insert(record.known.id).second) record.known.id = new_source_id();
  }
  for (auto& [source, record] : records) {
    for (auto& [other, trash] : trashes.all()) {
      const std::string& id = records.at(other).known.id;
      // One that is mounted elsewhere now.
      std::erase_if(record.known.sources, [&](const auto& known) { return known.second.id == id; });
      record.known.sources[other] = {id, directory_id(trash.source_fd(), other)};
      record.known.gone_sources.erase(other);
    }
  }
  for (const auto& [job, count] : jobs) {
    if (const auto record = records.find(job.root); record != records.end()) record->second.add_job(job.path);
  }
  for (auto& [source, record] : records) record.write(disk);
}

void forget(const Storage& storage, Trashes& trashes, storage::DiskOperations& disk) {
  if (storage.forgotten.empty()) return;
  const auto is_forgotten = [&](const std::string& path) {
    return is_at_or_below_any(path, storage.forgotten);
  };
  for (auto& [source, trash] : trashes.all()) {
    Record record(trash);
    std::vector<std::string> jobs;
    for (const auto& [job, known] : record.known.jobs) {
      if (is_forgotten(absolute({source, job}))) jobs.push_back(job);
    }
    for (const Place& job : storage.remembered) {
      if (is_forgotten(job.root)) record.known.gone_sources.insert(job.root);
      const std::string path = absolute(job);
      if (!is_forgotten(path) || !is_at_or_below_any(path, {source})) continue;
      jobs.emplace_back(base::path_below(path, source).value_or(""));
    }
    for (const std::string& job : jobs) record.drop_job(job);
    std::erase_if(record.known.sources, [&](const auto& known) {
      const bool is_gone = is_forgotten(known.first);
      if (is_gone) record.known.gone_sources.insert(known.first);
      return is_gone;
    });
    record.write(disk);
  }
}

void forget_removed(const std::set<Place>& jobs, Trashes& trashes, storage::DiskOperations& disk) {
  for (auto& [source, trash] : trashes.all()) {
    Record record(trash);
    for (const Place& job : jobs) {
      if (job.root == source) record.drop_job(job.path);
    }
    record.write(disk);
  }
}

void remember_restored(const std::vector<PlannedSnapshot>& snapshots, const Trash& trash,
                       storage::DiskOperations& disk) {
  Record record(trash);
  for (const PlannedSnapshot& snapshot : snapshots) {
    struct stat st = {};
    const std::string metadata = base::join(snapshot.place.path, flink::kMetadataFile);
    if (snapshot.place.root == trash.source() &&
        base::stat_beneath(trash.source_fd(), metadata.c_str(), &st) == 0)
      record.add_job(std::string(base::parent(snapshot.place.path)));
  }
  record.write(disk);
}

}  // namespace checkpointfs::removal
