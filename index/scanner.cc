// SPDX-License-Identifier: Apache-2.0
#include "index/scanner.h"

#include <algorithm>
#include <system_error>
#include <thread>

#include "base/concat.h"
#include "base/errors.h"
#include "index/own_mounts.h"

namespace checkpointfs::index {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kCallsAtOnce = 16;
constexpr size_t kBatch = 64;                     // snapshots in one transaction,
constexpr int64_t kBatchBytes = 2 * 1024 * 1024;  // with so much metadata,
constexpr std::chrono::seconds kBatchTime(1);     // found in that time
// Preparing larger metadata ahead would take the memory twice.
constexpr int64_t kLargestAhead = kBatchBytes;

// All but the one that writes.
size_t other_processors() {
  return std::max(std::thread::hardware_concurrency(), 2U) - 1;
}

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
      unfinished_(interrupted_),
      readers_(kCallsAtOnce),
      preparers_(other_processors()) {}

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

void Scanner::prepare_ahead(Candidate* candidate) {
  if (candidate->target.seen.st_size > kLargestAhead) return;
  const Location& location = candidate->target.location;
  auto read = readers_.start(
      [this, location] { return read_metadata_file(directories_.fd(location.root_id), location.path); });
  candidate->preparation =
      preparers_.start([read = std::move(read), location, resolver = finder_.resolver()]() mutable {
        return prepare(read.get(), location, std::move(resolver));
      });
}

std::unique_ptr<Preparation> Scanner::preparation_of(Candidate& candidate) {
  if (candidate.preparation.valid()) return candidate.preparation.get();
  const Location& location = candidate.target.location;
  return prepare(read_metadata_file(directories_.fd(location.root_id), location.path), location,
                 finder_.resolver());
}

void Scanner::process(Candidate& candidate) {
  SnapshotIndexer::Target& target = candidate.target;
  // The batch before may have made it stale: see classify().
  const bool known = candidate.directory && target.directory_id != 0;
  if (known && candidate.read) candidate.read = !snapshots_.find(target.directory_id)->stale;
  const bool ahead = candidate.preparation.valid();
  std::unique_ptr<Preparation> read = candidate.read ? preparation_of(candidate) : nullptr;
  if (read && !read->file.has_value() && indexer_.is_gone(target.location)) {
    seen_.erase(target.directory_id);
    return;
  }
  if (candidate.directory) {
    target.directory_id =
        directory_rows_.ensure(target.location.root_id, *candidate.directory, mtime_ns(target.seen));
  }
  if (!target.subdirectories.empty()) subdirectories_[target.directory_id] = target.subdirectories;
  if (read) {
    if (read->file.has_value()) ++result_.metadata_read;
    if (indexer_.store(target, *read)) {
      seen_.insert(target.directory_id);
    } else {
      seen_.erase(target.directory_id);
    }
    // Freed where it was made, and not here, where time is short; what is large at once.
    if (ahead) preparers_.start([read = std::move(read)]() mutable { read.reset(); });
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
  {
    const ReadTransaction one_lock_for_all(db_);
    for (Candidate& candidate : batch_) {
      if (candidate.directory) classify(&candidate);
      if (candidate.read) prepare_ahead(&candidate);
    }
  }
  write_batch();
  prepared_ = std::move(batch_);
  batch_.clear();
  batch_bytes_ = 0;
}

void Scanner::write_batch() {
  if (prepared_.empty()) return;
  Transaction transaction(db_);
  for (Candidate& candidate : prepared_) process(candidate);
  files_.flush();
  mark_unfinished();
  transaction.commit();
  done_ += prepared_.size();
  prepared_.clear();
  if (progress_) progress_(done_, found_);
}

void Scanner::finish_batches() {
  process_batch();
  write_batch();
}

ScanResult Scanner::run() {
  for (const Root& root : roots_) {
    if (root.is_source) walk_source(root);
  }
  finish_batches();
  finish();
  return std::move(result_);
}

}  // namespace checkpointfs::index
