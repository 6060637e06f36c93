// SPDX-License-Identifier: Apache-2.0
#include "fs/status/store_limiter.h"

#include <algorithm>
#include <cerrno>

#include "base/log.h"
#include "base/text/message.h"
#include "base/text/format.h"

namespace checkpointfs::fs {
namespace {

using std::chrono::duration;
using std::chrono::seconds;

// A store hangs once a thread has been in it for so long.
constexpr seconds kHanging(3);

thread_local StoreLimiter::Request* current = nullptr;

}  // namespace

StoreLimiter::Request::Request(StoreLimiter& stores) : stores_(stores) {
  current = this;
}

StoreLimiter::Request::~Request() {
  current = nullptr;
  stores_.leave(*this);
}

StoreLimiter::StoreLimiter(unsigned roots, Silence silence)
    : silence_(std::move(silence)), most_inside_(threads_for(roots) - kThreadsForNames) {}

void StoreLimiter::expect(size_t roots) {
  most_inside_ = threads_for(roots) - kThreadsForNames;
}

StoreLimiter::Store& StoreLimiter::at(const std::string& path, Limits limits) {
  const std::lock_guard lock(mutex_);
  Store& store = stores_[path];
  store.path_ = path;
  store.limits_ = limits;
  return store;
}

bool StoreLimiter::has_room(const Store& store) const {
  return store.inside_ < store.limits_.most && inside_ < most_inside_;
}

void StoreLimiter::enter(Store& store) {
  Request* const request = current;
  if (request == nullptr || request->store_ == &store) return;
  leave(*request);
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  if (!has_room(store)) {
    if (!queues_) return;
    throw StoreBusy{&store};
  }
  const auto free = std::ranges::find(store.entered_, Clock::time_point());
  *free = now;
  ++store.inside_;
  ++inside_;
  request->store_ = &store;
  request->slot_ = static_cast<size_t>(free - store.entered_.begin());
}

void StoreLimiter::leave(Request& request) {
  if (request.store_ == nullptr) return;
  const std::lock_guard lock(mutex_);
  request.store_->entered_[request.slot_] = {};
  --request.store_->inside_;
  --inside_;
  request.store_ = nullptr;
}

void StoreLimiter::keep(Store& store, Waiting waiting) {
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  waiting_.push_back({&store, std::move(waiting), now, false, false});
}

void StoreLimiter::offer(const void* key) {
  const std::lock_guard lock(mutex_);
  for (Kept& kept : waiting_) kept.is_offered = kept.is_offered || kept.waiting.key == key;
  offered_ = waiting_.size();
}

void StoreLimiter::cancel(const void* key) {
  const std::lock_guard lock(mutex_);
  for (Kept& kept : waiting_) kept.is_cancelled = kept.is_cancelled || kept.waiting.key == key;
}

std::function<void()> StoreLimiter::next() {
  if (offered_ == 0) return {};
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(waiting_, [&](const Kept& kept) {
    return kept.is_offered && !kept.is_cancelled && has_room(*kept.store);
  });
  if (found == waiting_.end()) return {};
  std::function<void()> answer = std::move(found->waiting.answer);
  waiting_.erase(found);
  offered_ = waiting_.size();
  return answer;
}

void StoreLimiter::refuse_overdue(Clock::duration longest_wait) {
  std::list<Kept> refused;  // answered outside of the lock
  const auto now = Clock::now();
  {
    const std::lock_guard lock(mutex_);
    for (auto kept = waiting_.begin(); kept != waiting_.end();) {
      const auto next = std::next(kept);
      const bool is_overdue = now - kept->since >= longest_wait && longest(*kept->store, now) >= longest_wait;
      if (kept->is_offered && (kept->is_cancelled || is_overdue))
        refused.splice(refused.end(), waiting_, kept);
      kept = next;
    }
    offered_ = waiting_.size();
  }
  for (const Kept& kept : refused) kept.waiting.refuse(kept.is_cancelled ? EINTR : ETIMEDOUT);
}

StoreLimiter::Clock::duration StoreLimiter::longest(const Store& store, Clock::time_point now) const {
  Clock::duration longest = silence_ ? silence_(store.path_) : Clock::duration();
  for (const Clock::time_point entered : store.entered_) {
    if (entered != Clock::time_point()) longest = std::max(longest, now - entered);
  }
  return longest;
}

std::vector<StoreLimiter::Hanging> StoreLimiter::hanging_for(Clock::duration least) const {
  const auto now = Clock::now();
  std::vector<Hanging> hanging;
  for (const auto& [path, store] : stores_) {
    if (store.limits_.kind == Kind::kWork) continue;
    const Clock::duration since = longest(store, now);
    if (since < least) continue;
    const auto waiting = std::ranges::count(waiting_, &store, &Kept::store);
    hanging.push_back({path, duration<double>(since).count(), store.inside_, static_cast<size_t>(waiting)});
  }
  return hanging;
}

std::vector<StoreLimiter::Hanging> StoreLimiter::hanging() const {
  const std::lock_guard lock(mutex_);
  return hanging_for(kHanging);
}

void StoreLimiter::report() {
  std::vector<std::string> lines;
  {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    for (auto& [path, store] : stores_) {
      const bool hangs = store.limits_.kind == Kind::kStore && longest(store, now) >= kHanging;
      if (hangs == store.is_reported_) continue;
      store.is_reported_ = hangs;
      lines.push_back(
          hangs
              ? base::format("{} does not answer; readers of its files wait, and it is shown as it was", path)
              : base::format("{} answers again", path));
    }
  }
  for (const std::string& line : lines) base::log_warning(line);
}

}  // namespace checkpointfs::fs
