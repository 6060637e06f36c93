// SPDX-License-Identifier: Apache-2.0
#include "fs/follow/follower.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <utility>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/log.h"
#include "base/text/message.h"
#include "base/threads/store_calls.h"
#include "index/read/reader.h"
#include "index/rows/known_files.h"

namespace checkpointfs::fs {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A snapshot comes as several events: they are waited for.
constexpr milliseconds kSettle(10);
// A name in a directory of state files is looked at so long after something happened to it.
constexpr seconds kNamesSettle(1);
constexpr size_t kMostNames = 100'000;
// What is watched is looked at as a whole now and then, should anything have been missed.
constexpr seconds kFullInterval(600);

}  // namespace

Follower::Follower(FollowOptions options, CurrentProjection& shown, MountState& state,
                   CacheInvalidator& kernel)
    : options_(std::move(options)),
      shown_(shown),
      state_(state),
      kernel_(kernel),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      source_watch_(index::Reader(options_.index_file).roots(), *state.calls, state.sources),
      index_identity_(identity_now()),
      file_check_(
          options_.index_file, *state.calls, [this] { return lost_roots(); },
          [this](const std::vector<int64_t>& files) { suspect_state_files(files); }) {
  if (!wake_) base::throw_errno("make", "an eventfd");
  status_.scanned = state.mounted_at;
  sort_sources();
  // What it has now, and what names something there, is yet to be seen.
  state_.calls->on_return([this] { rescan(); });
}

Follower::~Follower() {
  state_.calls->on_return({});
  stop(milliseconds::max());
}

void Follower::start() {
  if (thread_.start("follower", [this] { run(); })) {
    if (!file_check_.start()) base::log_error("no thread could be started: files are looked at by nobody");
    return;
  }
  const std::lock_guard lock(mutex_);
  status_.how = "off";
  status_.why = "no thread could be started";
}

bool Follower::stop(milliseconds patience) {
  const bool checks_no_more = file_check_.stop(patience);
  return thread_.stop(patience, [this] { ::eventfd_write(wake_.get(), 1); }) && checks_no_more;
}

void Follower::rescan() {
  {
    const std::lock_guard lock(mutex_);
    everything_ = true;
  }
  ::eventfd_write(wake_.get(), 1);
}

void Follower::rescan_with_files() {
  rescan();
  file_check_.begin(FileCheck::Urgency::kNow);
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

void Follower::suspect_state_files(const std::vector<int64_t>& files) {
  {
    const std::lock_guard lock(mutex_);
    suspect_state_files_.insert(suspect_state_files_.end(), files.begin(), files.end());
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
  status.files = file_check_.status();
  if (behind_since_)
    status.behind_seconds = std::chrono::duration<double>(Clock::now() - *behind_since_).count();
  return status;
}

bool Follower::is_to_be_polled(const std::string& root, std::string* type) {
  struct Answer {
    std::string type;
    bool is_remote = false;
  };
  const auto answer = std::make_shared<Answer>();
  const auto ask = [answer, root] {
    answer->is_remote = storage::is_remote(base::open_directory(root).get(), &answer->type);
  };
  *type = "a store that does not answer";
  if (!state_.calls->make(root, ask)) return true;
  *type = answer->type;
  return answer->is_remote;
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
    const bool is_alone = options_.sources.size() == 1;
    const bool polls = is_alone ? storage::is_remote(base::open_directory(source).get(), &type)
                                : is_to_be_polled(source, &type);
    if (!polls) continue;
    polled_.insert({source, ""});
    status_.how = "polling";
    status_.why = base::format("{} is on {}, which does not tell of changes", source, type);
  }
  if (polled_.size() < options_.sources.size()) {
    try {
      watcher_ = std::make_unique<storage::Watcher>();
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
  if (watcher_ || !polled_.empty()) file_check_.begin(FileCheck::Urgency::kRoutine);
  if (!polled_.empty()) next_poll_ = now + (options_.poll ? milliseconds(*options_.poll) : kShortestPoll);
}

void Follower::run() {
  arm();
  for (bool first = true;; first = false) {
    if (!first || due_.empty()) wait();
    collect();
    if (thread_.is_stopping()) return;
    if (Clock::now() >= not_before_) update();
  }
}

void Follower::wait() {
  const auto now = Clock::now();
  auto until = now + kIndexInterval;
  if (due_.empty()) {
    until = std::min({until, next_poll_, next_full_, next_retry_});
    if (!named_.empty()) until = std::min(until, named_.front().first + kNamesSettle);
  } else {
    until = std::min(until, std::max(not_before_, now));
  }
  pollfd fds[] = {{wake_.get(), POLLIN, 0},
                  {watcher_ ? watcher_->fd() : -1, POLLIN, 0},
                  {source_watch_.fd(), POLLPRI, 0}};
  const auto left = std::max<int64_t>(duration_cast<milliseconds>(until - now).count() + 1, 0);
  ::poll(fds, 3, static_cast<int>(left));
  if ((fds[1].revents & POLLIN) != 0) std::this_thread::sleep_for(kSettle);
  if ((fds[2].revents & (POLLPRI | POLLERR)) != 0) mounts_changed_ = true;
  eventfd_t ignored = 0;
  if ((fds[0].revents & POLLIN) != 0) ::eventfd_read(wake_.get(), &ignored);
}

void Follower::collect_changes() {
  storage::Watcher::Changes changes = watcher_->take();
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
  named_.emplace_back(Clock::now(), std::move(changes.files));
  if (names_ <= kMostNames) return;
  // To look at all files costs less.
  named_.clear();
  names_ = 0;
  file_check_.begin(FileCheck::Urgency::kSoon);
}

void Follower::look_up_names() {
  while (!named_.empty() && named_.front().first + kNamesSettle <= Clock::now()) {
    const std::set<storage::Scope> names = std::move(named_.front().second);
    named_.pop_front();
    names_ -= names.size();
    index::KnownFiles known(options_.index_file);
    for (const storage::Scope& name : names) {
      const std::vector<int64_t> files = known.at(name.source, name.path);
      due_.state_files.insert(due_.state_files.end(), files.begin(), files.end());
    }
  }
}

void Follower::collect() {
  const auto now = Clock::now();
  if (watcher_) collect_changes();
  if (now >= next_full_) {
    due_.everything = true;
    state_moved_ = true;
    next_full_ = now + kFullInterval;
    file_check_.begin(FileCheck::Urgency::kRoutine);
  }
  if (now >= next_poll_) {
    due_.scopes.insert(polled_.begin(), polled_.end());
    mounts_changed_ = true;  // or a remote source is another one now
    file_check_.begin(FileCheck::Urgency::kRoutine);
  }
  if (now >= next_retry_) {
    due_.scopes.insert(in_progress_.begin(), in_progress_.end());
    in_progress_.clear();
    next_retry_ = Clock::time_point::max();
  }
  const std::lock_guard lock(mutex_);
  due_.everything = due_.everything || std::exchange(everything_, false);
  due_.suspects.insert(due_.suspects.end(), suspects_.begin(), suspects_.end());
  suspects_.clear();
  due_.state_files.insert(due_.state_files.end(), suspect_state_files_.begin(), suspect_state_files_.end());
  suspect_state_files_.clear();
  if (!due_.empty() && !behind_since_) behind_since_ = now;
}

}  // namespace checkpointfs::fs
