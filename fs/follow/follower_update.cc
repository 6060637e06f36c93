// SPDX-License-Identifier: Apache-2.0
// What a Follower does when something is due: it brings the index up to date, and shows what is new.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <thread>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/log.h"
#include "base/text/message.h"
#include "fs/follow/follower.h"
#include "fs/projection/invalidate_changes.h"
#include "index/database/index_file.h"
#include "index/database/lock.h"
#include "index/database/sqlite.h"
#include "index/database/write_ahead_log.h"
#include "index/read/reader.h"
#include "index/rows/known_files.h"
#include "index/scan/scan.h"

namespace checkpointfs::fs {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A `_metadata` that ends too early is in progress for so long, and is looked at so often.
constexpr seconds kSettling(10);
constexpr seconds kRetry(1);
// Polling costs at most a twentieth of the time.
constexpr int kPollShare = 20;
constexpr milliseconds kLongestPoll(300'000);
constexpr milliseconds kShortestBackoff(250);
constexpr milliseconds kLongestBackoff(60'000);
// Bytes. What lies in the log is read from there, and lies on the disk twice.
constexpr uint64_t kLongestLog = 4 << 20;

}  // namespace

std::pair<dev_t, ino_t> Follower::identity_now() const {
  struct stat st = {};
  if (::stat(options_.index_file.c_str(), &st) != 0) return {};
  return {st.st_dev, st.st_ino};
}

bool Follower::is_index_replaced() {
  // It may have been gone already when the last scan ended.
  const auto identity = identity_now();
  return identity == std::pair<dev_t, ino_t>() || identity != index_identity_;
}

bool Follower::is_index_changed() {
  {
    const std::lock_guard lock(mutex_);
    if (damaged_) return true;
  }
  if (is_index_replaced()) return true;
  if (!index_) index_ = std::make_unique<index::Reader>(options_.index_file);
  return index_->scan() != shown_.get()->scan();
}

void Follower::update() {
  try {
    look_at_sources();
    look_up_names();
    if (due_.empty() && !is_index_changed()) {
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
    if (state_moved_) watch_state();
    shorten_log();
    succeed();
  } catch (const base::Failure& failure) {
    // Another mount is at it, or `checkpointfs index`: soon it is our turn.
    if (failure.kind() != base::FailureKind::kInUse) fail(failure.what());
  } catch (const std::exception& e) {
    fail(e.what());
  }
}

// Two mounts of different sources would undo each other's work.
void Follower::check_sources() {
  std::vector<std::string> indexed;
  for (const storage::Root& root : index::Reader(options_.index_file).roots()) {
    if (root.is_source) indexed.push_back(root.path);
  }
  if (!std::ranges::is_permutation(indexed, options_.sources)) {
    throw base::Failure(
        base::FailureKind::kIndex,
        base::format(
            "index {} is now one of other sources; this mount goes on with what it had, and follows no changes (each set of sources needs an index of its own)",
            options_.index_file));
  }
}

std::shared_ptr<Projection> Follower::scan() {
  bool damaged = false;
  {
    const std::lock_guard lock(mutex_);
    damaged = std::exchange(damaged_, false);
  }
  if (damaged || is_index_replaced()) {
    index_.reset();
    made_anew_ = true;
    due_.everything = true;
    base::log_warning(
        base::format("index {}{}", options_.index_file,
                     damaged ? " is damaged: it is renamed, and made anew"
                             : " was deleted or replaced: what is there now is used, or made anew"));
    if (damaged) index::set_aside(options_.index_file);
  }
  try {
    if (::access(options_.index_file.c_str(), F_OK) == 0) check_sources();
    if (!due_.empty()) scan_due();
  } catch (const index::DamagedIndex&) {
    note_damage();
    throw;
  }
  index_identity_ = identity_now();
  auto current = std::make_unique<index::Reader>(options_.index_file);
  bool same = !made_anew_ && current->scan() == shown_.get()->scan();
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(reopen_, false)) same = false;
  }
  index_ = std::move(current);
  if (same) return nullptr;
  return std::make_shared<Projection>(options_.index_file, options_.form, state_);
}

void Follower::scan_due() {
  base::StoreCalls* const calls = state_.calls.get();
  index::Options options{options_.sources, index::given_mappings(options_.index_file, calls),
                         options_.index_file};
  options.as_named.insert(options_.sources.begin(), options_.sources.end());
  for (const storage::Mapping& mapping : options.mappings) options.as_named.insert(mapping.directory);
  index::MountScanRequest request;
  request.calls = calls;
  request.refused = lost_roots();
  request.suspects = due_.suspects;
  request.state_files = due_.state_files;
  if (!due_.everything) {
    request.scopes.assign(due_.scopes.begin(), due_.scopes.end());
  } else if (request.has_suspects()) {
    for (const std::string& source : options_.sources) request.scopes.push_back({source, ""});
  }
  request.settling = kSettling;
  if (watcher_) request.entered = [this](const storage::Scope& directory, int fd) { watch(directory, fd); };
  const auto started = std::chrono::system_clock::now();
  const auto began = Clock::now();
  const index::ScanResult result = index::scan_for_mount(options, request);
  const auto took = duration_cast<milliseconds>(Clock::now() - began);
  if (!polled_.empty() && (due_.everything || due_.scopes.contains(*polled_.begin()))) {
    // Waiting for a store that hangs is no measure of what it costs to look at the others.
    const auto cost = result.silent.empty() ? took : milliseconds(0);
    const auto interval = options_.poll ? milliseconds(*options_.poll)
                                        : std::clamp(cost * kPollShare, kShortestPoll, kLongestPoll);
    next_poll_ = Clock::now() + interval;
    const std::lock_guard lock(mutex_);
    status_.interval_seconds = std::chrono::duration<double>(interval).count();
  }
  take(result);
  due_ = {};
  const std::lock_guard lock(mutex_);
  ++status_.scans;
  status_.scanned = started;
}

void Follower::watch(const storage::Scope& directory, int fd) {
  if (polled_.contains({directory.source, ""})) return;
  try {
    watcher_->add(directory, fd);
  } catch (const base::SystemError& e) {
    // Gone meanwhile, which its parent tells of.
    if (e.code() == ENOENT) return;
    base::log_warning(base::format("{}; {} is looked at now and then instead", e.what(), directory.source));
    polled_.insert({directory.source, ""});
    next_poll_ = Clock::now() + kShortestPoll;
    const std::lock_guard lock(mutex_);
    status_.how = "polling";
    status_.why = e.what();
  }
}

std::set<std::string> Follower::lost_roots() const {
  std::set<std::string> roots;
  for (const auto& [root, lost] : state_.sources.lost()) roots.insert(root);
  return roots;
}

void Follower::look_at_sources() {
  std::unique_ptr<index::KnownFiles> known;
  const bool is_back =
      source_watch_.look(mounts_changed_ ? SourceWatch::Which::kAll : SourceWatch::Which::kLocal,
                         [&](const std::string& root, const std::string& path) {
                           if (!known) known = std::make_unique<index::KnownFiles>(options_.index_file);
                           return known->is_any_below(root, path);
                         });
  mounts_changed_ = false;
  if (!is_back) return;
  due_.everything = true;
  state_moved_ = true;
  file_check_.begin(FileCheck::Urgency::kSoon);
  const std::lock_guard lock(mutex_);
  reopen_ = true;
}

bool Follower::is_watchable(const storage::Root& root) {
  if (state_.sources.lost().contains(root.path)) return false;
  const auto is_source = std::ranges::find(options_.sources, root.path) != options_.sources.end();
  if (is_source) return !polled_.contains({root.path, ""});
  const auto [known, is_new] = watchable_.try_emplace(root.path, false);
  std::string type;
  if (is_new) known->second = !is_to_be_polled(root.path, &type);
  return known->second;
}

void Follower::watch_state() {
  if (!watcher_) return;
  state_moved_ = false;
  is_state_watched_ = true;
  std::map<std::string, base::UniqueFd> roots;
  try {
    index::KnownFiles(options_.index_file)
        .directories([&](const storage::Root& root, const std::string& path) {
          const storage::Scope directory{root.path, path};
          if (!is_state_watched_ || !is_watchable(root) || watcher_->has_state(directory)) return;
          base::UniqueFd& fd = roots[root.path];
          if (!fd) fd = base::open_directory(root.path);
          const base::UniqueFd opened =
              base::try_open_beneath(fd.get(), path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY);
          // Those that are not there are named by the snapshots that are broken.
          if (opened) watcher_->add_state(directory, opened.get());
        });
  } catch (const base::SystemError& e) {
    if (e.code() == ENOENT) return;
    is_state_watched_ = false;
    base::log_warning(base::format("{}; state files are looked at now and then instead", e.what()));
  }
}

void Follower::take(const index::ScanResult& result) {
  for (const std::string& directory : result.unreadable_directories)
    base::log_warning(base::format("cannot list {}; what was known below it is kept", directory));
  std::string failed;
  for (const std::string& why : result.failed) failed += (failed.empty() ? "" : "; ") + why;
  // What waits for it elsewhere can be looked at now.
  if (!failed_sources_.empty() && failed.empty()) rescan();
  failed_sources_ = std::move(failed);
  if (result.in_progress.empty()) return;
  in_progress_.insert(result.in_progress.begin(), result.in_progress.end());
  next_retry_ = Clock::now() + kRetry;
}

void Follower::show(std::shared_ptr<Projection> next) {
  const std::shared_ptr<Projection> before = shown_.exchange(next);
  shown_before_ = before;
  const bool all = std::exchange(made_anew_, false);
  invalidate_changes(*before, *next, all ? RowIds::kNew : RowIds::kKept, kernel_);
  state_moved_ = true;
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
  const std::lock_guard lock(mutex_);
  ++status_.changes;
}

void Follower::shorten_log() {
  next_fold_ = Clock::time_point::max();
  if (index::log_size(options_.index_file) < kLongestLog) return;
  next_fold_ = Clock::now() + kRetry;
  // Requests are still being answered from it, which some always are where many read.
  for (int i = 0; i < 100 && !shown_before_.expired(); ++i) std::this_thread::sleep_for(milliseconds(2));
  // If other mounts have not seen the last change yet, not all of it can be folded.
  const index::IndexLock lock(options_.index_file, options_.purpose, kIndexInterval);
  if (!index_ || index_->scan() != shown_.get()->scan() || is_index_replaced()) return;
  if (!index::fold_log(options_.index_file)) return;
  // Its readers need nothing of the log any more, so that the next change begins it anew.
  shown_.exchange(std::make_shared<Projection>(options_.index_file, options_.form, state_));
  next_fold_ = Clock::time_point::max();
}

void Follower::succeed() {
  not_before_ = {};
  backoff_ = {};
  const std::lock_guard lock(mutex_);
  if (due_.empty()) behind_since_.reset();
  note_error(failed_sources_);
}

void Follower::fail(const std::string& why) {
  backoff_ = std::clamp(backoff_ * 2, kShortestBackoff, kLongestBackoff);
  not_before_ = Clock::now() + backoff_;
  const std::lock_guard lock(mutex_);
  ++status_.failed_scans;
  note_error(why);
}

void Follower::note_error(const std::string& why) {
  if (status_.error == why) return;
  status_.error = why;
  if (why.empty()) {
    base::log_warning("the mount keeps up with its sources again");
  } else {
    base::log_error(base::format("the mount does not keep up with its sources: {}", why));
  }
}

}  // namespace checkpointfs::fs
