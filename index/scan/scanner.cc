// SPDX-License-Identifier: Apache-2.0
#include "index/scan/scanner.h"

#include <algorithm>
#include <future>
#include <utility>
#include <vector>

#include "base/path.h"
#include "base/threads/task_pool.h"
#include "index/database/sqlite.h"
#include "index/database/write_ahead_log.h"
#include "index/rows/known_jobs.h"
#include "index/scan/stale_pass.h"

namespace checkpointfs::index {
namespace {

constexpr uint64_t kLongLog = 1 << 20;

constexpr const char* kSnapshots = R"sql(
SELECT s.directory_id, d.root_id, d.path
FROM snapshot_rows s JOIN directories d ON d.id = s.directory_id ORDER BY s.directory_id)sql";

}  // namespace

Scanner::Scanner(Connection& db, const StoredConfiguration& configuration, const MountScanRequest& request)
    : scan_(db, configuration, request),
      writer_(scan_),
      sources_(scan_, [this](int64_t root_id, storage::FoundSnapshot found) {
        writer_.add(root_id, std::move(found));
      }) {}

ScanResult Scanner::run() {
  look_again_at_suspects();
  walk();
  writer_.finish();
  make_indexes();
  finish();
  return std::move(scan_.result);
}

void Scanner::look_again_at_suspects() {
  if (!scan_.request.has_suspects()) return;
  Transaction transaction(scan_.db);
  for (const int64_t id : scan_.request.suspects) scan_.indexer.look_again(id);
  for (const int64_t id : scan_.request.state_files) scan_.indexer.look_again_at_state_file(id);
  scan_.files.flush();
  scan_.mark_unfinished();
  transaction.commit();
}

void Scanner::walk() {
  if (scan_.request.is_whole()) {
    for (const storage::Root& root : scan_.roots) {
      if (root.is_source) sources_.walk(root, "");
    }
    return;
  }
  keep_outside_of_scopes();
  for (const storage::Place& scope : scan_.request.scopes) {
    const auto root = std::ranges::find(scan_.roots, scope.root, &storage::Root::path);
    if (root != scan_.roots.end() && root->is_source) sources_.walk(*root, scope.path);
  }
}

void Scanner::keep_outside_of_scopes() {
  Statement rows(scan_.db, kSnapshots);
  while (rows.step()) {
    if (!is_in_scope(rows.integer(1), rows.string(2))) writer_.mark_seen(rows.integer(0));
  }
}

bool Scanner::is_in_scope(int64_t root_id, const std::string& path) const {
  const std::string& source = scan_.path_of(root_id);
  return std::ranges::any_of(scan_.request.scopes, [&](const storage::Place& scope) {
    return scope.root == source && base::is_at_or_below(path, scope.path);
  });
}

void Scanner::make_indexes() {
  if (!scan_.files.has_no_readers()) return;
  // Another thread copies what was written so far from the log into the database meanwhile. Where that fails,
  // a later commit does it.
  base::TaskPool other(1);
  std::future<void> folded;
  const std::string& file = scan_.db.file();
  if (log_size(file) > kLongLog) {
    folded = other.start(
        [file] { Connection(file, Connection::Mode::kReadWrite).execute("PRAGMA wal_checkpoint(PASSIVE)"); });
  }
  Transaction transaction(scan_.db);
  scan_.files.make_indexes();
  transaction.commit();
  if (folded.valid()) folded.wait();
}

void Scanner::finish() {
  StalePass stale(scan_, writer_);
  stale.run();
  if (scan_.indexer.heal()) stale.run();
  // Makes all earlier transactions durable as well: they stand before this one in the same log.
  scan_.db.execute("PRAGMA synchronous = FULL");
  Transaction transaction(scan_.db);
  remove_vanished();
  look_at_passages();
  scan_.files.flush();
  scan_.mark_unfinished();
  if (scan_.is_unfinished()) {
    scan_.files.remove_unreferenced(scan_.was_interrupted());
    scan_.directory_rows.tidy();
    keep_known_jobs(scan_.db);
    scan_.db.execute(
        "DELETE FROM settings WHERE name = 'unfinished scan'; UPDATE totals SET scan = scan + 1");
  }
  transaction.commit();
  scan_.result.inferred = scan_.finder.inferred();
  scan_.result.files_looked_at = scan_.finder.looked();
  scan_.result.silent = scan_.directories.silent();
  scan_.result.failed = scan_.directories.failures();
}

void Scanner::remove_vanished() {
  std::vector<int64_t> vanished;
  {
    Statement rows(scan_.db, kSnapshots);
    while (rows.step()) {
      ++scan_.result.snapshots;
      const bool there =
          writer_.is_seen(rows.integer(0)) || sources_.is_unknown(rows.integer(1), rows.string(2));
      if (!there) vanished.push_back(rows.integer(0));
    }
  }
  for (const int64_t id : vanished) scan_.snapshots.remove(id);
  scan_.result.removed = vanished.size();
  scan_.result.snapshots -= vanished.size();
}

// Permissions of directories may change at any time: a whole scan looks at all directories, another scan at
// those in its scopes.
void Scanner::look_at_passages() {
  if (scan_.request.is_whole()) {
    scan_.passages.look_at_all();
  } else {
    scan_.passages.look_at_unknown();
    for (const storage::Place& scope : scan_.request.scopes) {
      const auto root = std::ranges::find(scan_.roots, scope.root, &storage::Root::path);
      if (root != scan_.roots.end()) scan_.passages.look_below(root->id, scope.path);
    }
  }
  scan_.passages.mark_changed(scan_.snapshots.this_scan());
}

}  // namespace checkpointfs::index
