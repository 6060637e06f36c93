// SPDX-License-Identifier: Apache-2.0
// The end of a scan: what became stale through it, and what is gone.
#include <algorithm>

#include "index/rows/known_jobs.h"
#include "index/scan/scanner.h"

namespace checkpointfs::index {
namespace {

constexpr size_t kBatch = 64;
constexpr int64_t kBatchBytes = 2 * 1024 * 1024;
// A mapping that is inferred makes snapshots stale, reading those may lead to another mapping, and so on.
constexpr int kPasses = 8;
constexpr int kInferringPasses = 4;

}  // namespace

std::vector<Scanner::Candidate> Scanner::stale_candidates() {
  std::vector<Candidate> stale;
  Statement rows(
      db_,
      "SELECT s.directory_id, d.root_id, d.path, s.metadata_size, s.metadata_mode, s.metadata_uid, "
      "s.metadata_gid FROM snapshot_rows s JOIN directories d ON d.id = s.directory_id "
      "WHERE s.stale = 1 ORDER BY s.directory_id");
  while (rows.step()) {
    const int64_t id = rows.integer(0);
    if (!seen_.contains(id) || kept_.contains(id)) continue;
    Candidate candidate;
    candidate.target.directory_id = id;
    candidate.target.location = {rows.integer(1), rows.string(2)};
    candidate.target.seen.st_size = rows.integer(3);
    candidate.target.seen.st_mode = static_cast<mode_t>(rows.integer(4));
    candidate.target.seen.st_uid = static_cast<uid_t>(rows.integer(5));
    candidate.target.seen.st_gid = static_cast<gid_t>(rows.integer(6));
    const auto subdirectories = subdirectories_.find(id);
    if (subdirectories != subdirectories_.end()) candidate.target.subdirectories = subdirectories->second;
    candidate.read = true;
    stale.push_back(std::move(candidate));
  }
  return stale;
}

bool Scanner::process_stale() {
  std::vector<Candidate> stale = stale_candidates();
  if (stale.empty()) return false;
  done_ = 0;
  found_ = stale.size();
  for (Candidate& candidate : stale) {
    batch_bytes_ += candidate.target.seen.st_size;
    batch_.push_back(std::move(candidate));
    if (batch_.size() == kBatch || batch_bytes_ >= kBatchBytes) process_batch();
  }
  finish_batches();
  return true;
}

bool Scanner::is_kept(int64_t root_id, const std::string& path) const {
  return directories_.is_silent(root_id) ||
         std::ranges::any_of(unreadable_, [&](const Unreadable& directory) {
           return directory.root_id == root_id && storage::is_at_or_below(path, directory.path);
         });
}

void Scanner::remove_vanished() {
  std::vector<int64_t> vanished;
  {
    Statement rows(db_,
                   "SELECT s.directory_id, d.root_id, d.path FROM snapshot_rows s "
                   "JOIN directories d ON d.id = s.directory_id ORDER BY s.directory_id");
    while (rows.step()) {
      ++result_.snapshots;
      const bool there = seen_.contains(rows.integer(0)) || is_kept(rows.integer(1), rows.string(2));
      if (!there) vanished.push_back(rows.integer(0));
    }
  }
  for (const int64_t id : vanished) snapshots_.remove(id);
  result_.removed = vanished.size();
  result_.snapshots -= vanished.size();
}

void Scanner::process_all_stale() {
  for (int pass = 1; pass < kPasses; ++pass) {
    finder_.set_inference(pass < kInferringPasses);
    if (!process_stale()) break;
  }
}

// Permissions of directories may change at any time: a look at everything sees all of them, and others those
// that they were asked for.
void Scanner::look_at_passages() {
  if (is_whole()) {
    passages_.look_at_all();
  } else {
    passages_.look_at_unknown();
    for (const storage::Scope& scope : request_.scopes) {
      const auto root = std::ranges::find(roots_, scope.source, &storage::Root::path);
      if (root != roots_.end()) passages_.look_below(root->id, scope.path);
    }
  }
  passages_.mark_changed(snapshots_.this_scan());
}

void Scanner::finish() {
  process_all_stale();
  if (indexer_.heal()) process_all_stale();
  // Makes all transactions before durable as well: they stand before it in the same log.
  db_.execute("PRAGMA synchronous = FULL");
  Transaction transaction(db_);
  remove_vanished();
  look_at_passages();
  files_.flush();
  mark_unfinished();
  if (unfinished_) {
    files_.remove_unreferenced(interrupted_);
    directory_rows_.tidy();
    keep_known_jobs(db_);
    db_.execute("DELETE FROM settings WHERE name = 'unfinished scan'; UPDATE totals SET scan = scan + 1");
  }
  transaction.commit();
  result_.inferred = finder_.inferred();
  result_.files_looked_at = finder_.looked();
  result_.silent = directories_.silent();
  result_.failed = directories_.failures();
}

}  // namespace checkpointfs::index
