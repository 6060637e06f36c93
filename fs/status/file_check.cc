// SPDX-License-Identifier: Apache-2.0
#include "fs/status/file_check.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include "base/errors.h"
#include "base/log.h"
#include "base/text/message.h"
#include "index/read/reader.h"
#include "index/rows/known_files.h"
#include "storage/root_directories.h"
#include "storage/state_file.h"

namespace checkpointfs::fs {
namespace {

using index::KnownFiles;
using storage::StateFileFacts;

constexpr int kRoutineShare = 20;
constexpr int kSoonShare = 2;
// After each page of files, the thread rests for as long as it has worked; while programs read, for longer,
// so that it leaves them the processors. A page of a slow store takes no processor.
constexpr int kRestWhileRead = 7;
constexpr std::chrono::seconds kLongestExtraRest(1);

bool is_as_known(const KnownFiles::File& known, const StateFileFacts& now) {
  if (known.status != now.status) return false;
  return now.status != storage::FileStatus::kOk || (known.size == now.size && known.mtime_ns == now.mtime_ns);
}

}  // namespace

FileCheck::FileCheck(std::string index_file, base::StoreCalls& calls, Refused refused, Requests requests,
                     Report report)
    : index_file_(std::move(index_file)),
      calls_(calls),
      refused_(std::move(refused)),
      requests_(std::move(requests)),
      report_(std::move(report)) {}

FileCheck::~FileCheck() {
  stop(std::chrono::milliseconds::max());
}

bool FileCheck::start() {
  return thread_.start("file check", [this] { run(); });
}

bool FileCheck::stop(std::chrono::milliseconds patience) {
  return thread_.stop(patience, [this] {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
  });
}

void FileCheck::begin(Urgency urgency) {
  const std::lock_guard lock(mutex_);
  wanted_ = std::max(wanted_.value_or(urgency), urgency);
  if (urgency == Urgency::kNow) in_haste_ = true;
  changed_.notify_all();
}

FileCheckStatus FileCheck::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

bool FileCheck::wait() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (is_stopping_) return false;
    if (!wanted_) {
      changed_.wait(lock);
      continue;
    }
    const int share = *wanted_ == Urgency::kRoutine ? kRoutineShare : kSoonShare;
    const auto due = *wanted_ == Urgency::kNow ? Clock::time_point() : ended_ + share * took_;
    if (Clock::now() >= due) break;
    changed_.wait_until(lock, due);
  }
  in_haste_ = *std::exchange(wanted_, std::nullopt) == Urgency::kNow;
  status_.is_running = true;
  return true;
}

bool FileCheck::rest(Clock::duration used) {
  const uint64_t requests = requests_();
  Clock::duration time = used;
  if (std::exchange(seen_requests_, requests) != requests)
    time = std::min<Clock::duration>(kRestWhileRead * used, used + kLongestExtraRest);
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [this] { return is_stopping_ || in_haste_; });
  return !is_stopping_;
}

void FileCheck::run() {
  while (wait()) {
    const auto started = std::chrono::system_clock::now();
    const auto began = Clock::now();
    Outcome outcome;
    try {
      outcome = check();
    } catch (const std::exception& e) {
      base::log_info(base::format("not all files could be checked: {}", e.what()));
    }
    const std::lock_guard lock(mutex_);
    ended_ = Clock::now();
    took_ = ended_ - began;
    status_.is_running = false;
    if (!outcome.is_complete) continue;
    status_.completed = started;
    status_.files = outcome.files;
  }
}

FileCheck::Outcome FileCheck::check() {
  KnownFiles known(index_file_);
  const storage::ScanRoots roots(index::Reader(index_file_).roots(), &calls_, refused_());
  Outcome outcome{0, true};
  std::vector<int64_t> changed;
  size_t reported = 0;
  for (int64_t after = 0;;) {
    const std::vector<KnownFiles::File> page = known.after(after);
    if (page.empty()) break;
    const auto began = Clock::now();
    for (const KnownFiles::File& file : page) {
      const auto now =
          roots.ask(file.root_id, [path = file.path](int root) { return storage::look_at(root, path); });
      if (!now || !roots.is_of_the_file(now->error, file.root_id, file.path)) {
        outcome.is_complete = false;
      } else if (!is_as_known(file, *now)) {
        changed.push_back(file.id);
      }
    }
    outcome.files += page.size();
    after = page.back().id;
    // The follower reads all snapshots again that need a reported file, so the reports must be few.
    if (changed.size() > reported) {
      reported += changed.size();
      report_(std::exchange(changed, {}));
    }
    if (!rest(Clock::now() - began)) return {outcome.files, false};
  }
  if (!changed.empty()) report_(std::move(changed));
  return outcome;
}

}  // namespace checkpointfs::fs
