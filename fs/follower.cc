// SPDX-License-Identifier: Apache-2.0
#include "fs/follower.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>

#include "base/beneath.h"
#include "base/concat.h"
#include "base/errors.h"
#include "base/log.h"
#include "fs/differences.h"
#include "index/quiet_threads.h"
#include "index/reader.h"
#include "index/sqlite.h"

namespace checkpointfs::fs {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A snapshot comes as several events: they are waited for.
constexpr milliseconds kSettle(10);
// How often is looked whether another process has changed the index.
constexpr milliseconds kIndexInterval(500);
// A `_metadata` that ends too early is in progress for so long, and is looked at so often.
constexpr seconds kSettling(10);
constexpr seconds kRetry(1);
// What is watched is looked at as a whole now and then, should anything have been missed.
constexpr seconds kFullInterval(600);
// Polling costs at most a twentieth of the time.
constexpr int kPollShare = 20;
constexpr milliseconds kShortestPoll(1000);
constexpr milliseconds kLongestPoll(300'000);
constexpr milliseconds kShortestBackoff(250);
constexpr milliseconds kLongestBackoff(60'000);

std::pair<dev_t, ino_t> identity_of(const std::string& file) {
  struct stat st = {};
  if (::stat(file.c_str(), &st) != 0) return {};
  return {st.st_dev, st.st_ino};
}

}  // namespace

Follower::Follower(FollowOptions options, Shown& shown, MountState& state, CacheListener& kernel)
    : options_(std::move(options)),
      shown_(shown),
      state_(state),
      kernel_(kernel),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      index_identity_(identity_of(options_.index_file)) {
  if (!wake_) base::throw_errno("make", "an eventfd");
  status_.scanned = state.mounted_at;
  sort_sources();
}

Follower::~Follower() {
  stop(milliseconds::max());
}

void Follower::start() {
  // The thread begins with taking it.
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  std::vector<std::thread> threads;
  index::start_quiet_threads(threads, 1, [this] { run(); });
  ended_ = threads.empty();
  if (ended_) {
    status_.how = "off";
    status_.why = "no thread could be started";
    return;
  }
  thread_ = std::move(threads.front());
}

bool Follower::stop(milliseconds patience) {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  ::eventfd_write(wake_.get(), 1);
  if (patience == milliseconds::max()) {
    ended_changed_.wait(lock, [this] { return ended_; });
  } else if (!ended_changed_.wait_for(lock, patience, [this] { return ended_; })) {
    return false;
  }
  std::thread ended = std::move(thread_);
  lock.unlock();
  if (ended.joinable()) ended.join();
  return true;
}

void Follower::rescan() {
  {
    const std::lock_guard lock(mutex_);
    everything_ = true;
  }
  ::eventfd_write(wake_.get(), 1);
}

void Follower::reopen() {
  {
    const std::lock_guard lock(mutex_);
    reopen_ = true;
  }
  rescan();
}

void Follower::suspect(int64_t file) {
  static constexpr size_t kMost = 1000;
  {
    const std::lock_guard lock(mutex_);
    if (suspects_.size() < kMost) suspects_.push_back(file);
  }
  ::eventfd_write(wake_.get(), 1);
}

void Follower::note_damage() {
  {
    const std::lock_guard lock(mutex_);
    damaged_ = true;
  }
  ::eventfd_write(wake_.get(), 1);
}

FollowStatus Follower::status() const {
  const std::lock_guard lock(mutex_);
  FollowStatus status = status_;
  if (behind_since_)
    status.behind_seconds = std::chrono::duration<double>(Clock::now() - *behind_since_).count();
  return status;
}

// Who tells of changes: the kernel, or nobody.
void Follower::sort_sources() {
  if (options_.poll) {
    status_.how = options_.poll->count() == 0 ? "off" : "polling";
    status_.why = "asked for";
    if (options_.poll->count() == 0) return;
    for (const std::string& source : options_.sources) polled_.insert({source, ""});
    return;
  }
  status_.how = "inotify";
  for (const std::string& source : options_.sources) {
    std::string type;
    if (!index::is_remote(base::open_directory(source).get(), &type)) continue;
    polled_.insert({source, ""});
    status_.how = "polling";
    status_.why = base::concat(base::concat(source, " is on ", type), ", which does not tell of changes");
  }
  if (polled_.size() < options_.sources.size()) {
    try {
      watcher_ = std::make_unique<index::Watcher>();
    } catch (const base::SystemError& e) {
      status_.why = e.what();
      status_.how = "polling";
      for (const std::string& source : options_.sources) polled_.insert({source, ""});
    }
  }
}

// Watches first, and looks then: nothing is missed in between.
void Follower::arm() {
  const auto now = Clock::now();
  if (watcher_) {
    due_.everything = true;
    next_full_ = now + kFullInterval;
  }
  if (!polled_.empty()) next_poll_ = now + (options_.poll ? milliseconds(*options_.poll) : kShortestPoll);
}

void Follower::run() {
  ::pthread_setname_np(::pthread_self(), "follower");
  { const std::lock_guard started(mutex_); }
  arm();
  for (bool first = true;; first = false) {
    if (!first || due_.empty()) wait();
    collect();
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) break;
    }
    if (Clock::now() >= not_before_) update();
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  ended_changed_.notify_all();
}

void Follower::wait() {
  const auto now = Clock::now();
  auto until = now + kIndexInterval;
  if (due_.empty()) {
    until = std::min({until, next_poll_, next_full_, next_retry_});
  } else {
    until = std::min(until, std::max(not_before_, now));
  }
  pollfd fds[] = {{wake_.get(), POLLIN, 0}, {watcher_ ? watcher_->fd() : -1, POLLIN, 0}};
  const auto left = std::max<int64_t>(duration_cast<milliseconds>(until - now).count() + 1, 0);
  ::poll(fds, 2, static_cast<int>(left));
  if ((fds[1].revents & POLLIN) != 0) std::this_thread::sleep_for(kSettle);
  eventfd_t ignored = 0;
  if ((fds[0].revents & POLLIN) != 0) ::eventfd_read(wake_.get(), &ignored);
}

void Follower::collect() {
  const auto now = Clock::now();
  if (watcher_) {
    const index::Watcher::Changes changes = watcher_->take();
    if (changes.lost) {
      base::log_warning(
          "more changed in the sources than the kernel kept account of: everything is looked at again");
      due_.everything = true;
    }
    due_.scopes.insert(changes.scopes.begin(), changes.scopes.end());
  }
  if (now >= next_full_) {
    due_.everything = true;
    next_full_ = now + kFullInterval;
  }
  if (now >= next_poll_) due_.scopes.insert(polled_.begin(), polled_.end());
  if (now >= next_retry_) {
    due_.scopes.insert(in_progress_.begin(), in_progress_.end());
    in_progress_.clear();
    next_retry_ = Clock::time_point::max();
  }
  const std::lock_guard lock(mutex_);
  due_.everything = due_.everything || std::exchange(everything_, false);
  due_.suspects.insert(due_.suspects.end(), suspects_.begin(), suspects_.end());
  suspects_.clear();
  if (!due_.empty() && !behind_since_) behind_since_ = now;
}

bool Follower::is_index_replaced() {
  // It may have been gone already when the last scan ended.
  const auto identity = identity_of(options_.index_file);
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
    if (due_.empty() && !is_index_changed()) {
      succeed();
      return;
    }
    std::shared_ptr<Projection> next;
    {
      const index::IndexLock lock(options_.index_file, options_.purpose, kIndexInterval);
      next = scan();
    }
    if (next) show(std::move(next));
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
  for (const index::Root& root : index::Reader(options_.index_file).roots()) {
    if (root.is_source) indexed.push_back(root.path);
  }
  if (!std::ranges::is_permutation(indexed, options_.sources)) {
    throw base::Failure(
        base::FailureKind::kIndex,
        base::concat("index ", options_.index_file,
                     " is now one of other sources; this mount goes on with what it had, and follows "
                     "no changes (each set of sources needs an index of its own)"));
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
        base::concat("index ", options_.index_file,
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
  index_identity_ = identity_of(options_.index_file);
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
  index::Options options{options_.sources, index::given_mappings(options_.index_file), options_.index_file};
  index::ScanRequest request;
  request.suspects = due_.suspects;
  if (!due_.everything) {
    request.scopes.assign(due_.scopes.begin(), due_.scopes.end());
  } else if (!request.suspects.empty()) {
    for (const std::string& source : options_.sources) request.scopes.push_back({source, ""});
  }
  request.settling = kSettling;
  if (watcher_) {
    request.entered = [this](const index::Scope& directory, int fd) {
      if (!watcher_ || polled_.contains({directory.source, ""})) return;
      try {
        watcher_->add(directory, fd);
      } catch (const base::SystemError& e) {
        // Gone meanwhile, which its parent tells of.
        if (e.code() == ENOENT) return;
        base::log_warning(
            base::concat(e.what(), "; ", directory.source, " is looked at now and then instead"));
        polled_.insert({directory.source, ""});
        next_poll_ = Clock::now() + kShortestPoll;
        const std::lock_guard lock(mutex_);
        status_.how = "polling";
        status_.why = e.what();
      }
    };
  }
  const auto started = std::chrono::system_clock::now();
  const auto began = Clock::now();
  const index::ScanResult result = index::scan(options, request);
  const auto took = duration_cast<milliseconds>(Clock::now() - began);
  if (!polled_.empty() && (due_.everything || due_.scopes.contains(*polled_.begin()))) {
    const auto interval = options_.poll ? milliseconds(*options_.poll)
                                        : std::clamp(took * kPollShare, kShortestPoll, kLongestPoll);
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

void Follower::take(const index::ScanResult& result) {
  for (const std::string& directory : result.unreadable_directories)
    base::log_warning(base::concat("cannot list ", directory, "; what was known below it is kept"));
  if (result.in_progress.empty()) return;
  in_progress_.insert(result.in_progress.begin(), result.in_progress.end());
  next_retry_ = Clock::now() + kRetry;
}

void Follower::show(std::shared_ptr<Projection> next) {
  const std::shared_ptr<Projection> before = shown_.exchange(next);
  const bool all = std::exchange(made_anew_, false);
  tell_differences(*before, *next, all, kernel_);
  for (const index::Snapshot& snapshot : next->reader()->changed_since(before->scan())) {
    if (index::is_sound(snapshot.status)) {
      base::log_info(base::concat("shown: ", snapshot.path));
    } else {
      base::log_warning(
          base::concat(snapshot.path, " is ", to_string(snapshot.status), ": ", snapshot.reason));
    }
  }
  const std::lock_guard lock(mutex_);
  ++status_.changes;
}

void Follower::succeed() {
  not_before_ = {};
  backoff_ = {};
  const std::lock_guard lock(mutex_);
  if (due_.empty()) behind_since_.reset();
  if (status_.error.empty()) return;
  base::log_warning("the mount keeps up with its sources again");
  status_.error.clear();
}

void Follower::fail(const std::string& why) {
  backoff_ = std::clamp(backoff_ * 2, kShortestBackoff, kLongestBackoff);
  not_before_ = Clock::now() + backoff_;
  const std::lock_guard lock(mutex_);
  ++status_.failed_scans;
  if (status_.error == why) return;
  status_.error = why;
  base::log_error(base::concat("the mount does not keep up with its sources: ", why));
}

}  // namespace checkpointfs::fs
