// SPDX-License-Identifier: Apache-2.0
#include "fs/follow/index_updater.h"

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "base/log.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "fs/projection/invalidate_changes.h"
#include "index/database/index_file.h"
#include "index/database/lock.h"
#include "index/database/write_ahead_log.h"
#include "index/scan/scan.h"

namespace checkpointfs::fs {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A `_metadata` that ends too early is in progress while it is younger than this.
constexpr seconds kSettling(10);
constexpr seconds kFoldInterval(1);
constexpr milliseconds kShortestBackoff(250);
constexpr milliseconds kLongestBackoff(60'000);
// Bytes. Pages in the log are read from there, and lie on the disk twice.
constexpr uint64_t kLongestLog = 4 << 20;

std::string summary(const Due& due, const index::ScanResult& result, milliseconds took) {
  std::string scanned = "all sources";
  if (!due.everything)
    scanned = base::format("{} and {}", base::counted(due.scopes.size(), "scope"),
                           base::counted(due.suspects.size() + due.state_files.size(), "suspect"));
  return base::format("scanned {} in {} ms: {} read, {} removed, {} looked at", scanned, took.count(),
                      base::counted(result.metadata_read, "_metadata file"),
                      base::counted(result.removed, "snapshot"),
                      base::counted(result.files_looked_at, "state file"));
}

}  // namespace

IndexUpdater::IndexUpdater(const FollowOptions& options, IndexConnections& index, ChangeListener& listener,
                           CurrentProjection& shown, MountState& state, CacheInvalidator& kernel,
                           SharedStatus& status)
    : options_(options),
      index_(index),
      listener_(listener),
      shown_(shown),
      state_(state),
      kernel_(kernel),
      status_(status),
      last_id_(index_.reader().last_id()) {}

bool IndexUpdater::is_index_changed() {
  return damaged_ || index_.is_replaced() || index_.reader().scan() != shown_.get()->scan();
}

void IndexUpdater::update() {
  try {
    if (listener_.look_at_sources()) reopen_ = true;
    listener_.add_settled();
    if (listener_.due().empty() && !is_index_changed()) {
      if (next_fold_ <= Clock::now()) shorten_log();
      succeed();
      return;
    }
    std::shared_ptr<Projection> next;
    {
      const index::IndexLock lock(options_.index_file, options_.purpose, kIndexInterval);
      next = scan();
    }
    if (next) show(std::move(next));
    listener_.watch_state_files();
    shorten_log();
    succeed();
  } catch (const index::DamagedIndex& damage) {
    note_damage();
    fail(damage.what());
  } catch (const base::Failure& failure) {
    // Another mount or `checkpointfs index` holds the lock; this mount has its turn soon.
    if (failure.kind() != base::FailureKind::kInUse) fail(failure.what());
  } catch (const std::exception& e) {
    fail(e.what());
  }
}

// Two mounts of different sources would undo each other's work.
void IndexUpdater::check_sources() {
  std::vector<std::string> indexed;
  for (const storage::Root& root : index_.reader().roots()) {
    if (root.is_source) indexed.push_back(root.path);
  }
  if (!std::ranges::is_permutation(indexed, options_.sources)) {
    throw base::Failure(
        base::FailureKind::kIndex,
        base::format(
            "index {} is now one of other sources; this mount shows what it showed before, and follows no changes (each set of sources needs an index of its own)",
            options_.index_file));
  }
}

std::shared_ptr<Projection> IndexUpdater::scan() {
  const bool damaged = damaged_.exchange(false);
  if (damaged || index_.is_replaced()) {
    index_.close();
    made_anew_ = true;
    listener_.due().everything = true;
    base::log_warning(
        base::format("index {}{}", options_.index_file,
                     damaged ? " is damaged: it is renamed, and made anew"
                             : " was deleted or replaced: what is there now is used, or made anew"));
    if (damaged) index::set_aside(options_.index_file);
  }
  if (index_.exists()) check_sources();
  if (!listener_.due().empty()) scan_due();
  index_.accept();
  bool same = !made_anew_ && index_.reader().scan() == shown_.get()->scan();
  if (reopen_.exchange(false)) same = false;
  if (same) return nullptr;
  last_id_ = std::max(last_id_, index_.reader().last_id());
  return std::make_shared<Projection>(options_.index_file, options_.form, state_);
}

void IndexUpdater::scan_due() {
  const Due& due = listener_.due();
  base::StoreCalls* const calls = state_.calls.get();
  index::Options options{options_.sources, {}, options_.index_file};
  if (index_.exists()) options.mappings = index::given_mappings(index_.reader(), calls);
  options.as_named.insert(options_.sources.begin(), options_.sources.end());
  for (const storage::Mapping& mapping : options.mappings) options.as_named.insert(mapping.directory);
  index::MountScanRequest request;
  request.calls = calls;
  request.refused = lost_roots(state_.sources);
  request.suspects = due.suspects;
  request.state_files = due.state_files;
  if (!due.everything) {
    request.scopes.assign(due.scopes.begin(), due.scopes.end());
  } else if (request.has_suspects()) {
    for (const std::string& source : options_.sources) request.scopes.push_back({source, ""});
  }
  request.settling = kSettling;
  request.ids_above = last_id_;
  if (listener_.any_watched())
    request.entered = [this](const storage::Place& directory, int fd) { listener_.watch(directory, fd); };
  const auto started = std::chrono::system_clock::now();
  const auto began = Clock::now();
  const index::ScanResult result = index::scan_for_mount(options, request);
  const auto took = duration_cast<milliseconds>(Clock::now() - began);
  if (result.metadata_read != 0 || result.removed != 0) base::log_debug(summary(due, result, took));
  note_result(result);
  listener_.note_scan(result, took);
  status_.change([started](auto& status) {
    ++status.scans;
    status.scanned = started;
  });
}

void IndexUpdater::note_result(const index::ScanResult& result) {
  for (const std::string& directory : result.unreadable_directories)
    base::log_warning(base::format("cannot list {}; what was known below it is kept", directory));
  std::string failed;
  for (const std::string& why : result.failed) failed += (failed.empty() ? "" : "; ") + why;
  // Snapshots elsewhere that wait for the source can be looked at now.
  if (!failed_sources_.empty() && failed.empty()) listener_.rescan();
  failed_sources_ = std::move(failed);
}

void IndexUpdater::show(std::shared_ptr<Projection> next) {
  const std::shared_ptr<Projection> before = shown_.exchange(next);
  shown_before_ = before;
  const bool all = std::exchange(made_anew_, false);
  invalidate_changes(*before, *next, all ? RowIds::kNew : RowIds::kKept, kernel_);
  listener_.note_shown();
  for (const index::Snapshot& snapshot : next->reader()->snapshots().changed_since(before->scan())) {
    if (index::is_sound(snapshot.status)) {
      const auto then = all ? std::nullopt : before->reader()->snapshots().find(snapshot.id);
      if (then && !index::is_sound(then->status)) {
        base::log_warning(base::format("{} is whole again", snapshot.path));
      } else {
        base::log_info(base::format("shown: {}", snapshot.path));
      }
    } else {
      base::log_warning(
          base::format("{} is {}: {}", snapshot.path, to_string(snapshot.status), snapshot.reason));
    }
  }
  status_.change([](auto& status) { ++status.changes; });
}

void IndexUpdater::shorten_log() {
  next_fold_ = Clock::time_point::max();
  if (index::log_size(options_.index_file) < kLongestLog) return;
  next_fold_ = Clock::now() + kFoldInterval;
  // Requests may still read the projection before from the log; with many readers some always do.
  for (int i = 0; i < 100 && !shown_before_.expired(); ++i) std::this_thread::sleep_for(milliseconds(2));
  // If other mounts have not seen the last change yet, not all of it can be folded.
  const index::IndexLock lock(options_.index_file, options_.purpose, kIndexInterval);
  if (index_.is_replaced() || index_.reader().scan() != shown_.get()->scan()) return;
  if (!index::fold_log(options_.index_file)) return;
  // The readers of a new projection need nothing of the log, so the next change begins the log anew.
  shown_.exchange(std::make_shared<Projection>(options_.index_file, options_.form, state_));
  next_fold_ = Clock::time_point::max();
}

void IndexUpdater::succeed() {
  not_before_ = {};
  backoff_ = {};
  bool is_new = false;
  status_.change([&](auto& status) {
    if (listener_.due().empty()) status.behind_since.reset();
    is_new = status.error != failed_sources_;
    status.error = failed_sources_;
  });
  if (is_new) log_error(failed_sources_);
}

void IndexUpdater::fail(const std::string& why) {
  backoff_ = std::clamp(backoff_ * 2, kShortestBackoff, kLongestBackoff);
  not_before_ = Clock::now() + backoff_;
  bool is_new = false;
  status_.change([&](auto& status) {
    ++status.failed_scans;
    is_new = status.error != why;
    status.error = why;
  });
  if (is_new) log_error(why);
}

void IndexUpdater::log_error(const std::string& why) const {
  if (why.empty()) {
    base::log_warning("the mount keeps up with its sources again");
  } else {
    base::log_error(base::format("the mount does not keep up with its sources: {}", why));
  }
}

}  // namespace checkpointfs::fs
