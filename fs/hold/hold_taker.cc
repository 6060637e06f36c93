// SPDX-License-Identifier: Apache-2.0
#include "fs/hold/hold_taker.h"

#include "base/log.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "fs/projection/projection.h"

namespace checkpointfs::fs {

HoldTable::HoldPointer HoldTaker::take(Inode directory) {
  if (HoldTable::HoldPointer held = holds_.use(directory)) return held;
  const uint64_t epoch = holds_.epoch();
  const std::shared_ptr<Projection> shown = shown_.get();
  HoldTable::HoldPointer hold;
  try {
    hold = Hold::take(*shown, directory, descriptors_);
  } catch (const TooManyFiles& e) {
    note_refusal(directory, e.what());
  } catch (const LostSnapshot&) {
    note_lost(directory);
    throw;
  }
  if (!hold) return nullptr;
  // The index may have learnt of the loss meanwhile, so that the lost files were left out.
  if (!hold->is_whole() && was_lost(directory)) {
    throw LostSnapshot(
        base::format("{}: it lost files a moment ago, so it is probably being deleted", hold->path()), 0);
  }
  const Hold* const taken = hold.get();
  hold = holds_.add(std::move(hold), epoch, *shown);
  if (hold.get() == taken)
    base::log_debug(base::format("{} is held: {}", hold->path(), base::counted(hold->files(), "file")));
  const std::lock_guard lock(mutex_);
  refused_.erase(directory);
  return hold;
}

void HoldTaker::take_at(const std::string& path) {
  const auto snapshot = shown_.get()->reader()->snapshots().find_by_path(path);
  if (!snapshot) return;
  const Inode directory = inode_of(index::NodeId{index::NodeKind::kDirectory, snapshot->id});
  if (!is_refused(directory)) take(directory);
}

bool HoldTaker::is_refused(Inode directory) const {
  const std::lock_guard lock(mutex_);
  return refused_.contains(directory);
}

void HoldTaker::forget_failures() {
  const std::lock_guard lock(mutex_);
  refused_.clear();
  lost_.clear();
}

void HoldTaker::fill(HoldsStatus& status) const {
  status.descriptors = descriptors_.count();
  status.most_descriptors = descriptors_.most();
  const std::lock_guard lock(mutex_);
  status.refused = refused_.size();
}

void HoldTaker::note_refusal(Inode directory, const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    if (!refused_.insert(directory).second) return;
  }
  base::log_warning(why);
}

void HoldTaker::note_lost(Inode snapshot) {
  const auto now = HoldTable::Clock::now();
  const std::lock_guard lock(mutex_);
  std::erase_if(lost_, [&](const auto& lost) { return lost.second + *holds_.grace() < now; });
  lost_.emplace(snapshot, now);
}

bool HoldTaker::was_lost(Inode snapshot) const {
  const auto now = HoldTable::Clock::now();
  const std::lock_guard lock(mutex_);
  const auto found = lost_.find(snapshot);
  return found != lost_.end() && found->second + *holds_.grace() >= now;
}

}  // namespace checkpointfs::fs
