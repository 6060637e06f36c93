// SPDX-License-Identifier: Apache-2.0
#include "index/scan/scanner.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <thread>

#include "base/errors.h"
#include "base/text/message.h"
#include "storage/self_mounts.h"

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

Scanner::Scanner(Connection& db, const StoredConfiguration& configuration, const MountScanRequest& request)
    : db_(db),
      roots_(configuration.roots),
      directories_(roots_, request.calls, request.refused),
      workers_(kCallsAtOnce),
      passages_(db, roots_, directories_),
      directory_rows_(db, passages_),
      files_(db),
      snapshots_(db, files_),
      finder_(db, configuration, directories_, workers_, files_, snapshots_),
      indexer_(db, directories_, finder_, files_, snapshots_),
      request_(request),
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

void Scanner::walk_source(const storage::Root& root, const std::string& path) {
  storage::WalkCallbacks callbacks;
  if (request_.entered) {
    callbacks.entered = [&](const std::string& below, int fd) { request_.entered({root.path, below}, fd); };
  }
  callbacks.snapshot = [&](storage::FoundSnapshot found) { add(root, std::move(found)); };
  callbacks.unreadable = [&](const std::string& below, int error) {
    if (below.empty()) {
      const std::string why =
          base::format("source {} cannot be listed: {}", root.path, std::generic_category().message(error));
      if (!directories_.does_without()) throw base::Failure(base::FailureKind::kSource, why);
      directories_.give_up(root.id, why);
      return;
    }
    if (!directories_.is_of_the_file(error, root.id, below)) return;
    unreadable_.push_back({root.id, below});
    result_.unreadable_directories.push_back((root.path == "/" ? "" : root.path) + "/" + below);
  };
  callbacks.passed_over = [&](const std::string& below, storage::PassedOver why) {
    note_passed_over(root, below, why);
  };
  callbacks.ask = [&](std::function<void()> call) {
    return directories_.ask(root.id, [call = std::move(call)](int) { return call(), true; }).has_value();
  };
  if (directories_.is_silent(root.id)) return;
  storage::walk(directories_.fd(root.id), path,
                {storage::Reach::kShown, storage::self_mounts_below(root.path)}, callbacks);
}

void Scanner::note_passed_over(const storage::Root& root, const std::string& path, storage::PassedOver why) {
  const std::string absolute = (root.path == "/" ? "" : root.path) + "/" + path;
  if (why == storage::PassedOver::kDotted) {
    result_.passed_over.push_back(absolute + " (a dot is at the head of its name)");
    return;
  }
  if (why == storage::PassedOver::kDanglingLink) {
    result_.passed_over.push_back(absolute + " (a symbolic link to what is not there)");
    return;
  }
  // A link into a source hides nothing.
  const auto target = directories_.ask(root.id, [absolute](int) {
    char* const real = ::realpath(absolute.c_str(), nullptr);
    std::string text = real == nullptr ? "" : real;
    std::free(real);
    return text;
  });
  const bool shown =
      target && std::ranges::any_of(roots_, [&](const storage::Root& one) {
        return one.is_source && storage::is_at_or_below(*target, one.path == "/" ? "" : one.path);
      });
  if (!shown) result_.passed_over.push_back(absolute + " (a symbolic link to a directory)");
}

void Scanner::add(const storage::Root& root, storage::FoundSnapshot found) {
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
  const storage::Location& location = candidate->target.location;
  auto read =
      readers_.start([this, location] { return directories_.ask(location.root_id, metadata_of(location)); });
  candidate->preparation =
      preparers_.start([read = std::move(read), location, resolver = finder_.resolver()]() mutable {
        auto file = read.get();
        return file ? prepare(std::move(*file), location, std::move(resolver)) : nullptr;
      });
}

std::unique_ptr<PreparedMetadata> Scanner::preparation_of(Candidate& candidate) {
  const storage::Location& location = candidate.target.location;
  try {
    if (candidate.preparation.valid()) return candidate.preparation.get();
    auto file = directories_.ask(location.root_id, metadata_of(location));
    return file ? prepare(std::move(*file), location, finder_.resolver()) : nullptr;
  } catch (const base::SystemError& e) {
    if (directories_.is_of_the_file(e.code(), location.root_id, location.path)) throw;
    return nullptr;
  }
}

void Scanner::keep(const SnapshotIndexer::Target& target) {
  ++result_.unknown;
  if (target.directory_id == 0) return;
  seen_.insert(target.directory_id);
  kept_.insert(target.directory_id);
}

void Scanner::process(Candidate& candidate) {
  SnapshotIndexer::Target& target = candidate.target;
  // The batch before may have made it stale: see classify().
  const bool known = candidate.directory && target.directory_id != 0;
  if (known && candidate.read) candidate.read = !snapshots_.find(target.directory_id)->stale;
  const bool ahead = candidate.preparation.valid();
  std::unique_ptr<PreparedMetadata> read = candidate.read ? preparation_of(candidate) : nullptr;
  if (directories_.is_silent(target.location.root_id) || (candidate.read && !read)) {
    keep(target);
    return;
  }
  if (read && !read->file.has_value() && indexer_.is_gone(target.location)) {
    seen_.erase(target.directory_id);
    return;
  }
  if (read && is_in_progress(target, *read)) {
    if (target.directory_id != 0) seen_.insert(target.directory_id);
    result_.in_progress.push_back({source_of(target.location.root_id), target.location.path});
    return;
  }
  if (candidate.directory) {
    target.directory_id =
        directory_rows_.ensure(target.location.root_id, *candidate.directory, storage::mtime_ns(target.seen));
  }
  if (!target.subdirectories.empty()) subdirectories_[target.directory_id] = target.subdirectories;
  if (read) {
    if (read->file.has_value()) ++result_.metadata_read;
    switch (indexer_.store(target, *read)) {
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
  if (lacks_files(row->status) && !row->stale) indexer_.recheck(target, row->has_changelog);
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
  if (request_.progress) request_.progress(done_, found_);
}

void Scanner::finish_batches() {
  process_batch();
  write_batch();
}

bool Scanner::is_in_progress(const SnapshotIndexer::Target& target, const PreparedMetadata& read) const {
  if (request_.settling.count() == 0) return false;
  const bool truncated = !read.file.has_value()
                             ? read.file.error().truncated
                             : !read.metadata->has_value() && read.metadata->error().truncated;
  const auto age = std::chrono::system_clock::now().time_since_epoch() -
                   std::chrono::nanoseconds(storage::mtime_ns(target.seen));
  return truncated && age < request_.settling;
}

const std::string& Scanner::source_of(int64_t root_id) const {
  return std::ranges::find(roots_, root_id, &storage::Root::id)->path;
}

bool Scanner::is_in_scope(int64_t root_id, const std::string& path) const {
  const std::string& source = source_of(root_id);
  return std::ranges::any_of(request_.scopes, [&](const storage::Scope& scope) {
    return scope.source == source && storage::is_at_or_below(path, scope.path);
  });
}

void Scanner::keep_outside_of_scopes() {
  Statement rows(db_,
                 "SELECT s.directory_id, d.root_id, d.path FROM snapshot_rows s "
                 "JOIN directories d ON d.id = s.directory_id");
  while (rows.step()) {
    if (!is_in_scope(rows.integer(1), rows.string(2))) seen_.insert(rows.integer(0));
  }
}

void Scanner::look_again() {
  if (!request_.has_suspects()) return;
  Transaction transaction(db_);
  for (const int64_t id : request_.suspects) indexer_.look_again(id);
  for (const int64_t id : request_.state_files) indexer_.look_again_at_state_file(id);
  files_.flush();
  mark_unfinished();
  transaction.commit();
}

ScanResult Scanner::run() {
  look_again();
  for (const storage::Root& root : roots_) {
    if (root.is_source && is_whole()) walk_source(root, "");
  }
  if (!is_whole()) keep_outside_of_scopes();
  for (const storage::Scope& scope : request_.scopes) {
    const auto root = std::ranges::find(roots_, scope.source, &storage::Root::path);
    if (root != roots_.end() && root->is_source) walk_source(*root, scope.path);
  }
  finish_batches();
  finish();
  return std::move(result_);
}

}  // namespace checkpointfs::index
