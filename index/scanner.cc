// SPDX-License-Identifier: Apache-2.0
#include "index/scanner.h"

#include <system_error>

#include "base/concat.h"
#include "base/errors.h"
#include "index/own_mounts.h"

namespace checkpointfs::index {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kCallsAtOnce = 16;
constexpr size_t kBatch = 64;                      // snapshots in one transaction,
constexpr int64_t kBatchBytes = 64 * 1024 * 1024;  // with so much metadata,
constexpr std::chrono::seconds kBatchTime(1);      // found in that time

}  // namespace

Scanner::Scanner(Connection& db, const StoredConfiguration& configuration, const Progress& progress)
    : db_(db),
      roots_(configuration.roots),
      directories_(roots_),
      workers_(kCallsAtOnce),
      directory_rows_(db),
      files_(db),
      snapshots_(db, files_),
      finder_(db, configuration, directories_, workers_, files_, snapshots_),
      indexer_(db, directories_, finder_, files_, snapshots_),
      progress_(progress),
      changes_at_start_(db.total_changes()),
      interrupted_(db.integer("SELECT COUNT(*) FROM settings WHERE name = 'unfinished scan'") != 0),
      unfinished_(interrupted_) {}

// Times of directories, and rows that nothing needs any more, are put right at the end only; the next scan
// must know that a scan did not get there.
void Scanner::mark_unfinished() {
  if (unfinished_ || db_.total_changes() == changes_at_start_) return;
  db_.execute("INSERT OR REPLACE INTO settings (name, value) VALUES ('unfinished scan', '1')");
  unfinished_ = true;
}

void Scanner::walk_source(const Root& root) {
  WalkCallbacks callbacks;
  callbacks.snapshot = [&](FoundSnapshot found) { add(root, std::move(found)); };
  callbacks.unreadable = [&](const std::string& path, int error) {
    if (path.empty()) {
      throw base::Failure(
          base::FailureKind::kSource,
          base::concat("source ", root.path, " cannot be listed: ", std::generic_category().message(error)));
    }
    unreadable_.push_back({root.id, path});
    result_.unreadable_directories.push_back((root.path == "/" ? "" : root.path) + "/" + path);
  };
  walk(directories_.fd(root.id), own_mounts_below(root.path), callbacks);
}

void Scanner::add(const Root& root, FoundSnapshot found) {
  ++found_;
  if (batch_.empty()) batch_start_ = Clock::now();
  batch_bytes_ += found.metadata.st_size;
  Candidate candidate;
  candidate.target.location = {root.id, found.directory->path};
  candidate.target.seen = found.metadata;
  candidate.target.subdirectories = std::move(found.subdirectories);
  candidate.directory = std::move(found.directory);
  batch_.push_back(std::move(candidate));
  const bool full =
      batch_.size() == kBatch || batch_bytes_ >= kBatchBytes || Clock::now() - batch_start_ >= kBatchTime;
  if (full) process_batch();
}

void Scanner::classify(Candidate* candidate) {
  SnapshotIndexer::Target& target = candidate->target;
  candidate->read = true;
  const auto id = directory_rows_.find(target.location.root_id, target.location.path);
  if (!id) return;
  const auto row = snapshots_.find(*id);
  if (!row || !(row->identity == identity_of(target.seen))) return;
  target.directory_id = *id;
  // A stale one is read later: first what is new, then what may have become different through it, so that ids
  // depend on the sources only, and not on whether a scan was interrupted.
  candidate->read =
      !row->stale && !target.subdirectories.empty() && snapshots_.shows_any_of(*id, target.subdirectories);
}

void Scanner::process(Candidate& candidate, const base::Result<MetadataFile>* read) {
  SnapshotIndexer::Target& target = candidate.target;
  if (read != nullptr && !read->has_value() && indexer_.is_gone(target.location)) {
    seen_.erase(target.directory_id);
    return;
  }
  if (candidate.directory) {
    target.directory_id =
        directory_rows_.ensure(target.location.root_id, *candidate.directory, mtime_ns(target.seen));
  }
  if (!target.subdirectories.empty()) subdirectories_[target.directory_id] = target.subdirectories;
  if (read != nullptr) {
    if (read->has_value()) ++result_.metadata_read;
    if (indexer_.store(target, *read)) {
      seen_.insert(target.directory_id);
    } else {
      seen_.erase(target.directory_id);
    }
    return;
  }
  seen_.insert(target.directory_id);
  const auto row = snapshots_.find(target.directory_id);
  const struct stat& st = target.seen;
  if (row->mode != st.st_mode || row->uid != st.st_uid || row->gid != st.st_gid) {
    snapshots_.store_owner(target.directory_id, st);
  }
  if (row->status == SnapshotStatus::kBroken && !row->stale) indexer_.recheck(target, row->has_changelog);
}

void Scanner::process_batch() {
  std::vector<size_t> to_read;
  for (size_t i = 0; i < batch_.size(); ++i) {
    if (batch_[i].directory) classify(&batch_[i]);
    if (batch_[i].read) to_read.push_back(i);
  }
  std::vector<std::optional<base::Result<MetadataFile>>> read(batch_.size());
  workers_.run(to_read.size(), [&](size_t i) {
    const Location& location = batch_[to_read[i]].target.location;
    read[to_read[i]] = read_metadata_file(directories_.fd(location.root_id), location.path);
  });
  Transaction transaction(db_);
  for (size_t i = 0; i < batch_.size(); ++i) {
    process(batch_[i], read[i] ? &*read[i] : nullptr);
    read[i].reset();
  }
  files_.flush();
  mark_unfinished();
  transaction.commit();
  done_ += batch_.size();
  batch_.clear();
  batch_bytes_ = 0;
  if (progress_) progress_(done_, found_);
}

ScanResult Scanner::run() {
  for (const Root& root : roots_) {
    if (root.is_source) walk_source(root);
  }
  if (!batch_.empty()) process_batch();
  finish();
  return std::move(result_);
}

}  // namespace checkpointfs::index
