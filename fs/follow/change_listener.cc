// SPDX-License-Identifier: Apache-2.0
#include "fs/follow/change_listener.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <thread>

#include "base/errors.h"
#include "base/log.h"
#include "base/text/message.h"

namespace checkpointfs::fs {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A snapshot comes as several events, which are collected for so long.
constexpr milliseconds kSettle(10);
// A state file is looked at so long after something happened to it.
constexpr seconds kFilesSettle(1);
constexpr size_t kMostNames = 100'000;
// Everything that is watched is scanned this often, in case a change was missed.
constexpr seconds kFullInterval(600);
// A snapshot in progress is looked at this often.
constexpr seconds kRetry(1);
// Polling costs at most a twentieth of the time.
constexpr int kPollShare = 20;
constexpr milliseconds kShortestPoll(1'000);
constexpr milliseconds kLongestPoll(300'000);

}  // namespace

ChangeListener::ChangeListener(const FollowOptions& options, IndexConnections& index,
                               const CurrentProjection& shown, MountState& state, SharedStatus& status)
    : options_(options),
      index_(index),
      shown_(shown),
      state_(state),
      status_(status),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      source_watch_(index.reader().roots(), *state.calls, state.sources),
      watches_(options, state, status),
      file_check_(
          options.index_file, *state.calls, [this] { return lost_roots(state_.sources); },
          [this] { return state_.counters.awaited(); },
          [this](const std::vector<int64_t>& files) { suspect_state_files(files); }) {
  if (!wake_) base::throw_errno("make", "an eventfd");
}

void ChangeListener::wake() {
  ::eventfd_write(wake_.get(), 1);
}

void ChangeListener::rescan() {
  {
    const std::lock_guard lock(mutex_);
    everything_ = true;
  }
  wake();
}

void ChangeListener::rescan_with_files() {
  rescan();
  file_check_.begin(FileCheck::Urgency::kNow);
}

void ChangeListener::suspect(int64_t file) {
  static constexpr size_t kMost = 1000;
  {
    const std::lock_guard lock(mutex_);
    if (suspects_.size() < kMost) suspects_.push_back(file);
  }
  wake();
}

void ChangeListener::suspect_state_files(const std::vector<int64_t>& files) {
  {
    const std::lock_guard lock(mutex_);
    suspect_state_files_.insert(suspect_state_files_.end(), files.begin(), files.end());
  }
  wake();
}

void ChangeListener::begin() {
  const auto now = Clock::now();
  const bool polls = !watches_.polled().empty();
  if (watches_.any_watched()) {
    due_.everything = true;
    next_full_ = now + kFullInterval;
  }
  if (watches_.any_watched() || polls) file_check_.begin(FileCheck::Urgency::kRoutine);
  if (polls) next_poll_ = now + (options_.poll ? milliseconds(*options_.poll) : kShortestPoll);
}

void ChangeListener::wait(Clock::time_point not_before) {
  const auto now = Clock::now();
  auto until = now + kIndexInterval;
  if (due_.empty()) {
    until = std::min({until, next_poll_, next_full_, next_retry_});
    if (!settling_.empty()) until = std::min(until, settling_.front().since + kFilesSettle);
  } else {
    until = std::min(until, std::max(not_before, now));
  }
  pollfd fds[] = {{wake_.get(), POLLIN, 0}, {watches_.fd(), POLLIN, 0}, {source_watch_.fd(), POLLPRI, 0}};
  const auto left = std::max<int64_t>(duration_cast<milliseconds>(until - now).count() + 1, 0);
  ::poll(fds, 3, static_cast<int>(left));
  if ((fds[1].revents & POLLIN) != 0) std::this_thread::sleep_for(kSettle);
  if ((fds[2].revents & (POLLPRI | POLLERR)) != 0) mounts_changed_ = true;
  eventfd_t ignored = 0;
  if ((fds[0].revents & POLLIN) != 0) ::eventfd_read(wake_.get(), &ignored);
}

void ChangeListener::collect_watched() {
  storage::Watcher::Changes changes = watches_.take();
  if (changes.lost) {
    base::log_warning("inotify queue overflow: rescanning all sources");
    due_.everything = true;
  }
  if (changes.lost || changes.state_moved) {
    state_moved_ = true;
    file_check_.begin(FileCheck::Urgency::kSoon);
  }
  // Files may have come back with a directory.
  if (!changes.scopes.empty() && shown_.get()->totals().broken_snapshots != 0)
    file_check_.begin(FileCheck::Urgency::kSoon);
  due_.scopes.insert(changes.scopes.begin(), changes.scopes.end());
  if (changes.files.empty()) return;
  names_ += changes.files.size();
  settling_.push_back({Clock::now(), std::move(changes.files), {}});
  if (names_ <= kMostNames) return;
  // Checking all files costs less.
  for (Settling& settling : settling_) settling.names.clear();
  names_ = 0;
  file_check_.begin(FileCheck::Urgency::kSoon);
}

void ChangeListener::collect() {
  const auto now = Clock::now();
  if (watches_.any_watched()) collect_watched();
  if (now >= next_full_) {
    due_.everything = true;
    state_moved_ = true;
    next_full_ = now + kFullInterval;
    file_check_.begin(FileCheck::Urgency::kRoutine);
  }
  if (now >= next_poll_) {
    due_.scopes.insert(watches_.polled().begin(), watches_.polled().end());
    mounts_changed_ = true;  // a remote source may be another one now, which the table does not tell
    file_check_.begin(FileCheck::Urgency::kRoutine);
  }
  if (now >= next_retry_) {
    due_.scopes.insert(in_progress_.begin(), in_progress_.end());
    in_progress_.clear();
    next_retry_ = Clock::time_point::max();
  }
  {
    const std::lock_guard lock(mutex_);
    due_.everything = due_.everything || std::exchange(everything_, false);
    due_.suspects.insert(due_.suspects.end(), suspects_.begin(), suspects_.end());
    suspects_.clear();
    if (!suspect_state_files_.empty())
      settling_.push_back({now, {}, std::exchange(suspect_state_files_, {})});
  }
  if (due_.empty()) return;
  status_.change([now](auto& status) {
    if (!status.behind_since) status.behind_since = now;
  });
}

bool ChangeListener::look_at_sources() {
  const auto which = mounts_changed_ ? SourceWatch::Which::kAll : SourceWatch::Which::kLocal;
  const bool is_back = source_watch_.look(which, [this](const std::string& root, const std::string& path) {
    return index_.known_files().is_any_below(root, path);
  });
  mounts_changed_ = false;
  if (!is_back) return false;
  due_.everything = true;
  state_moved_ = true;
  file_check_.begin(FileCheck::Urgency::kSoon);
  return true;
}

void ChangeListener::add_settled() {
  while (!settling_.empty() && settling_.front().since + kFilesSettle <= Clock::now()) {
    const Settling settled = std::move(settling_.front());
    settling_.pop_front();
    names_ -= settled.names.size();
    due_.state_files.insert(due_.state_files.end(), settled.files.begin(), settled.files.end());
    index::KnownFiles& known = index_.known_files();
    for (const storage::Place& name : settled.names) {
      const std::vector<int64_t> files = known.at(name.root, name.path);
      due_.state_files.insert(due_.state_files.end(), files.begin(), files.end());
    }
  }
}

void ChangeListener::watch_state_files() {
  if (!state_moved_ || !watches_.any_watched()) return;
  state_moved_ = false;
  watches_.watch_state_files(index_.known_files());
}

void ChangeListener::watch(const storage::Place& directory, int fd) {
  if (!watches_.watch(directory, fd)) next_poll_ = Clock::now() + kShortestPoll;
}

void ChangeListener::note_scan(const index::ScanResult& result, milliseconds took) {
  const std::set<storage::Place>& polled = watches_.polled();
  if (!polled.empty() && (due_.everything || due_.scopes.contains(*polled.begin()))) {
    // The time that is spent waiting for a store that hangs tells nothing about the cost of the others.
    const auto cost = result.silent.empty() ? took : milliseconds(0);
    const auto interval = options_.poll ? milliseconds(*options_.poll)
                                        : std::clamp(cost * kPollShare, kShortestPoll, kLongestPoll);
    next_poll_ = Clock::now() + interval;
    status_.change([interval](auto& status) {
      status.interval_seconds = std::chrono::duration<double>(interval).count();
    });
  }
  due_ = {};
  if (result.in_progress.empty()) return;
  in_progress_.insert(result.in_progress.begin(), result.in_progress.end());
  next_retry_ = Clock::now() + kRetry;
}

}  // namespace checkpointfs::fs
