// SPDX-License-Identifier: Apache-2.0
#include "index/scan/batch_writer.h"

#include <utility>

#include "index/database/sqlite.h"

namespace checkpointfs::index {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kBatch = 64;                  // snapshots prepared together,
constexpr int64_t kBatchBytes = 1024 * 1024;   // with so much metadata,
constexpr std::chrono::seconds kBatchTime(1);  // found in that time
constexpr std::chrono::seconds kTransactionTime(1);

}  // namespace

void BatchWriter::add(int64_t root_id, storage::FoundSnapshot found) {
  ++found_;
  if (batch_.empty()) batch_start_ = Clock::now();
  batch_bytes_ += found.metadata.st_size;
  Candidate candidate;
  candidate.target.location = {root_id, found.directory->path};
  candidate.target.seen = found.metadata;
  candidate.target.subdirectories = std::move(found.subdirectories);
  candidate.directory = std::move(found.directory);
  batch_.push_back(std::move(candidate));
  const bool full =
      batch_.size() == kBatch || batch_bytes_ >= kBatchBytes || Clock::now() - batch_start_ >= kBatchTime;
  if (full) prepare_batch();
}

void BatchWriter::write_stale(std::vector<Candidate> stale) {
  done_ = 0;
  found_ = stale.size();
  for (Candidate& candidate : stale) {
    batch_bytes_ += candidate.target.seen.st_size;
    batch_.push_back(std::move(candidate));
    if (batch_.size() == kBatch || batch_bytes_ >= kBatchBytes) prepare_batch();
  }
  finish();
}

void BatchWriter::finish() {
  prepare_batch();
  write_batch();
  commit();
}

std::vector<std::string> BatchWriter::subdirectories_of(int64_t directory_id) const {
  const auto found = subdirectories_.find(directory_id);
  return found == subdirectories_.end() ? std::vector<std::string>() : found->second;
}

BatchWriter::Classified BatchWriter::classify(const SnapshotIndexer::Target& target) {
  const auto id = scan_.directory_rows.find(target.location.root_id, target.location.path);
  if (!id) return {};
  const auto row = scan_.snapshots.find(*id);
  if (!row || !(row->identity == identity_of(target.seen))) return {};
  // A stale snapshot is read later: first the new ones, then those that may have become different through
  // them, so that ids depend on the sources only, and not on whether a scan was interrupted.
  const bool shadowed = !row->stale && !target.subdirectories.empty() &&
                        scan_.snapshots.shows_any_of(*id, target.subdirectories);
  return {shadowed ? Candidate::Kind::kShadowed : Candidate::Kind::kKnown, *id};
}

// Has the metadata of the batch prepared, and meanwhile writes the batch before.
void BatchWriter::prepare_batch() {
  {
    const ReadTransaction one_lock_for_all(scan_.db);
    for (Candidate& candidate : batch_) {
      if (candidate.kind != Candidate::Kind::kStale) {
        const Classified classified = classify(candidate.target);
        candidate.kind = classified.kind;
        candidate.target.directory_id = classified.directory_id;
      }
      if (candidate.is_read()) candidate.preparation = preparer_.begin(candidate.target);
    }
  }
  write_batch();
  prepared_ = std::move(batch_);
  batch_.clear();
  batch_bytes_ = 0;
}

void BatchWriter::write_batch() {
  if (prepared_.empty()) return;
  if (!transaction_) {
    transaction_.emplace(scan_.db);
    transaction_start_ = Clock::now();
  }
  for (Candidate& candidate : prepared_) write(std::move(candidate));
  done_ += prepared_.size();
  prepared_.clear();
  // The next batch refers to most files of this one, whose links are then written once.
  const bool is_long = Clock::now() - transaction_start_ >= kTransactionTime;
  if (is_long || scan_.files.are_many_waiting()) commit();
  if (scan_.request.progress) scan_.request.progress(done_, found_);
}

void BatchWriter::commit() {
  if (!transaction_) return;
  scan_.files.flush();
  scan_.mark_unfinished();
  transaction_->commit();
  transaction_.reset();
}

void BatchWriter::write(Candidate candidate) {
  SnapshotIndexer::Target& target = candidate.target;
  // The batch before may have made it stale: see classify().
  if (candidate.kind == Candidate::Kind::kShadowed && scan_.snapshots.find(target.directory_id)->stale)
    candidate.kind = Candidate::Kind::kKnown;
  const bool ahead = candidate.preparation.valid();
  std::unique_ptr<PreparedMetadata> read;
  if (candidate.is_read()) read = preparer_.get(target, std::move(candidate.preparation));
  if (scan_.directories.is_silent(target.location.root_id) || (candidate.is_read() && !read)) {
    keep(target);
    return;
  }
  if (read && !read->file.has_value() && scan_.indexer.is_gone(target.location)) {
    seen_.erase(target.directory_id);
    return;
  }
  if (read && is_in_progress(target, *read)) {
    if (target.directory_id != 0) seen_.insert(target.directory_id);
    scan_.result.in_progress.push_back({scan_.path_of(target.location.root_id), target.location.path});
    return;
  }
  if (candidate.directory) {
    target.directory_id = scan_.directory_rows.ensure(target.location.root_id, *candidate.directory,
                                                      storage::mtime_ns(target.seen));
  }
  if (!target.subdirectories.empty()) subdirectories_[target.directory_id] = target.subdirectories;
  if (!read) {
    write_known(target);
    return;
  }
  write_read(target, *read);
  // Large metadata, which was not prepared ahead, is freed at once.
  if (ahead) preparer_.free(std::move(read));
}

void BatchWriter::write_read(const SnapshotIndexer::Target& target, PreparedMetadata& read) {
  if (read.file.has_value()) ++scan_.result.metadata_read;
  switch (scan_.indexer.store(target, read)) {
    case SnapshotIndexer::Stored::kYes:
      seen_.insert(target.directory_id);
      break;
    case SnapshotIndexer::Stored::kGone:
      seen_.erase(target.directory_id);
      break;
    case SnapshotIndexer::Stored::kUnknown:
      keep(target);
      break;
  }
}

void BatchWriter::write_known(const SnapshotIndexer::Target& target) {
  seen_.insert(target.directory_id);
  const auto row = scan_.snapshots.find(target.directory_id);
  const struct stat& st = target.seen;
  if (row->mode != st.st_mode || row->uid != st.st_uid || row->gid != st.st_gid) {
    scan_.snapshots.store_owner(target.directory_id, st);
  }
  if (lacks_files(row->status) && !row->stale) scan_.indexer.recheck(target, row->has_changelog);
}

// The rows of the snapshot stay as they are, for another scan.
void BatchWriter::keep(const SnapshotIndexer::Target& target) {
  ++scan_.result.unknown;
  if (target.directory_id == 0) return;
  seen_.insert(target.directory_id);
  kept_.insert(target.directory_id);
}

// Somebody is still writing this `_metadata`.
bool BatchWriter::is_in_progress(const SnapshotIndexer::Target& target, const PreparedMetadata& read) const {
  if (scan_.request.settling.count() == 0) return false;
  const bool truncated = !read.file.has_value()
                             ? read.file.error().truncated
                             : !read.metadata->has_value() && read.metadata->error().truncated;
  const auto age = std::chrono::system_clock::now().time_since_epoch() -
                   std::chrono::nanoseconds(storage::mtime_ns(target.seen));
  return truncated && age < scan_.request.settling;
}

}  // namespace checkpointfs::index
