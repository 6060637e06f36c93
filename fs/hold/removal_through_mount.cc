// SPDX-License-Identifier: Apache-2.0
#include "fs/hold/removal_through_mount.h"

#include <sys/stat.h>

#include "base/beneath.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "flink/names.h"
#include "fs/projection/projection.h"
#include "removal/model/plan.h"
#include "removal/model/storage.h"
#include "removal/model/survey.h"
#include "removal/plan/planner.h"
#include "removal/survey/missing.h"
#include "removal/survey/surveyor.h"

namespace checkpointfs::fs {
namespace {

[[noreturn]] void fail(int error, std::string_view what, std::string_view why) {
  throw base::SystemError(error, base::format("{}: {}", what, why));
}

// The errno of unlink(2) and rmdir(2) for a refusal.
int errno_of(base::FailureKind kind) {
  return kind == base::FailureKind::kRefused || kind == base::FailureKind::kInUse ? EBUSY : EIO;
}

template <typename Call>
auto with_errno(const std::string& what, const Call& call) {
  try {
    return call();
  } catch (const base::Failure& failure) {
    fail(errno_of(failure.kind()), what, failure.what());
  }
}

// The mount may serve all users (allow_other), and this process may be root: a user may remove no more than
// he could remove in the source.
void require_allowed(const index::Snapshot& snapshot, const removal::Caller& caller,
                     const std::string& what) {
  if (caller.is_trusted()) return;
  const base::UniqueFd root = base::open_directory(snapshot.source.path);
  const std::string metadata = base::join(snapshot.source_path, flink::kMetadataFile);
  if (removal::may_unlink(root.get(), metadata, caller)) return;
  fail(EACCES, what, base::format("user {} could not remove it in the source either", caller.uid));
}

// Only the user who began a removal may go on with it.
void require_same(uid_t began, const removal::Caller& caller, const std::string& what) {
  if (caller.is_trusted() || caller.uid == began) return;
  fail(EACCES, what, base::format("user {} is removing it", began));
}

}  // namespace

removal::Storage RemovalThroughMount::storage(Projection& now) const {
  const auto reader = now.reader();
  return {reader->roots(), reader->mappings()};
}

void RemovalThroughMount::resume() {
  if (!options_) return;
  storage::DiskOperations disk;
  const removal::Storage where = storage(*shown_.get());
  try {
    if (removal::unfinished(where.sources()).empty()) return;
    removal::Trashes trashes(where.sources(), disk);
    for (const removal::Applied& applied : removal::resume(where, trashes, disk))
      base::log_info(base::format("finished the plan {}, which was begun before", applied.id));
  } catch (const base::Failure& failure) {
    base::log_warning(base::format("plans that were begun before are not finished: {}", failure.what()));
  }
}

bool RemovalThroughMount::is_empty(Inode directory) const {
  bool empty = true;
  tree_.list(directory, 0, [&](const Entry& entry, uint64_t) {
    if (entry.name == "." || entry.name == "..") return true;
    empty = false;
    return false;
  });
  return empty;
}

std::string RemovalThroughMount::begin(Projection& now, Inode directory, const removal::Caller& caller) {
  const auto snapshot = now.reader()->snapshots().find(node_of(directory).id);
  if (!snapshot) fail(EROFS, "remove", "only snapshots can be removed, each as a whole");
  const std::string what = base::format("release {}", snapshot->path);
  if (const std::string lost = now.lost_source(); !lost.empty()) fail(EBUSY, what, lost);
  return with_errno(what, [&] {
    const removal::Storage where = storage(now);
    require_allowed(*snapshot, caller, what);
    // Before anything is written: the directory of a source that is not mounted gets no trash.
    removal::require_none_missing(where, removal::count_snapshots(where));
    storage::DiskOperations disk;
    removal::Trashes trashes(where.sources(), disk);
    const removal::Survey survey = removal::survey(where);
    const removal::SeenSnapshot* const seen =
        survey.snapshot_at({snapshot->source.path, snapshot->source_path});
    if (seen == nullptr) fail(ENOENT, what, "it is gone");
    const removal::Plan plan =
        removal::make_plan(where, survey, {{survey.number_of(*seen), "removed from the mount"}}, nullptr,
                           {"release", disk.now_ns(), options_->grace_ns, options_->force_newest,
                            caller.is_trusted() ? std::nullopt : std::optional(caller)});
    // From now on its names stay, whatever becomes of it in the source.
    tree_.enter(directory);
    if (!tree_.holds().find(directory)) {
      tree_.leave(directory);
      fail(EMFILE, what, "it has too many files; 'checkpointfs rm' can remove it");
    }
    try {
      removal::begin(plan, where, trashes, disk);
    } catch (...) {
      tree_.leave(directory);
      throw;
    }
    base::log_info(base::format("{}: plan {}", what, plan.id));
    return plan.id;
  });
}

void RemovalThroughMount::unlink(Inode directory, const std::string& name, const removal::Caller& caller) {
  if (!options_ || is_control(directory)) fail(EROFS, "remove", "read-only");
  const auto now = shown_.get();
  const std::lock_guard changing(changing_);
  const std::optional<Entry> entry = tree_.lookup(directory, name);
  if (!entry) fail(ENOENT, "remove", name);
  if (S_ISDIR(entry->attributes.mode)) fail(EISDIR, "remove", name);
  RemovedNames& removed = tree_.removed();
  if (const auto removal = removed.removal_of(directory)) {
    require_same(removal->uid, caller, name);
    removed.remove(directory, name);
    return;
  }
  removed.begin(directory, {begin(*now, directory, caller), caller.uid}, name);
}

void RemovalThroughMount::finish(Projection& now, const std::string& plan, const std::string& path) {
  with_errno(base::format("release {}", path), [&] {
    const removal::Storage where = storage(now);
    storage::DiskOperations disk;
    removal::Trashes trashes(where.sources(), disk);
    // Another process may have finished or restored the plan meanwhile.
    if (!trashes.of(where.sources().front()).has(plan)) return;
    const removal::Applied applied = removal::finish(plan, where, trashes, disk);
    base::log_info(base::format("released {} as plan {}: {}, {} into the trash", path, plan,
                                base::counted(applied.files, "file"), base::human_bytes(applied.bytes)));
    for (const removal::KeptFile& file : applied.failed)
      base::log_warning(base::format("{} could not be moved: {}", removal::absolute(file.place), file.why));
  });
}

void RemovalThroughMount::rmdir(Inode parent, const std::string& name, const removal::Caller& caller) {
  if (!options_ || is_control(parent)) fail(EROFS, "remove", "read-only");
  const auto now = shown_.get();
  const std::lock_guard changing(changing_);
  const std::optional<Entry> entry = tree_.lookup(parent, name);
  if (!entry) fail(ENOENT, "remove", name);
  if (is_control(entry->inode)) fail(EROFS, "remove", name);
  if (!S_ISDIR(entry->attributes.mode)) fail(ENOTDIR, "remove", name);
  if (!is_empty(entry->inode)) fail(ENOTEMPTY, "remove", name);
  RemovedNames& removed = tree_.removed();
  const auto removal = removed.removal_of(entry->inode);
  if (!removal) {
    // A directory in which there were only snapshots is gone from the projection with the last of them.
    removed.remove_above(entry->inode);
    return;
  }
  require_same(removal->uid, caller, name);
  finish(*now, removal->plan, name);
  const HoldTable::HoldPointer hold = tree_.holds().find(entry->inode);
  removed.finish(entry->inode, hold ? hold->ancestors() : std::vector<Hold::Ancestor>());
  tree_.leave(entry->inode);
  tree_.holds().drop(entry->inode);
}

}  // namespace checkpointfs::fs
