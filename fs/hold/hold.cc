// SPDX-License-Identifier: Apache-2.0
#include "fs/hold/hold.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <thread>
#include <utility>

#include "base/path.h"
#include "base/text/message.h"
#include "base/threads/signal_blocked_threads.h"
#include "flink/names.h"
#include "fs/projection/projection.h"

namespace checkpointfs::fs {
namespace {

// A slow store answers many requests at a time.
constexpr size_t kThreadsOfOne = 8;
constexpr size_t kFilesOfAThread = 64;

// Calls `work` with each number below `count`, in several threads if there are many. Throws the first
// exception.
template <typename Work>
void in_parallel(size_t count, const Work& work) {
  std::atomic<size_t> next = 0;
  std::mutex mutex;  // guards `failure`
  std::exception_ptr failure;
  const auto serve = [&] {
    try {
      for (size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      next = count;
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  base::start_signal_blocked_threads(threads, std::min(count / kFilesOfAThread, kThreadsOfOne - 1), serve);
  serve();
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

Inode Hold::metadata() const {
  return inode_of(index::NodeId{index::NodeKind::kMetadata, node_of(snapshot()).id});
}

const Entry* Hold::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &list_[found->second].entry;
}

const Entry* Hold::find(Inode inode) const {
  const auto found = by_inode_.find(inode);
  return found == by_inode_.end() ? nullptr : &list_[found->second].entry;
}

void Hold::describe(Projection& projection) {
  projection.list(snapshot(), 0, [&](const Entry& entry, uint64_t position) {
    list_.push_back({entry, position});
    return true;
  });
  for (size_t i = 0; i < list_.size(); ++i) {
    const Entry& entry = list_[i].entry;
    if (S_ISDIR(entry.attributes.mode)) continue;
    by_name_.emplace(entry.name, i);
    by_inode_.emplace(entry.inode, i);
  }
  parent_ = kRootInode;
  std::string path = path_;
  int64_t above = node_of(snapshot()).id;
  for (size_t slash = path.rfind('/'); slash != std::string::npos; slash = path.rfind('/')) {
    path.resize(slash);
    above = projection.reader()->projection().parent(above).value_or(index::kRootNode.id);
    auto entry = projection.entry(inode_of(index::NodeId{index::NodeKind::kDirectory, above}));
    if (!entry) return;
    if (ancestors_.empty()) parent_ = entry->inode;
    ancestors_.push_back({path, std::move(*entry)});
  }
}

void Hold::open_files(Projection& projection, HeldDescriptors& descriptors) {
  std::vector<Inode> inodes;
  inodes.reserve(by_inode_.size());
  for (const auto& [inode, place] : by_inode_) inodes.push_back(inode);
  const std::vector<Projection::Located> located = projection.locate(inodes);
  std::vector<File> files(located.size());
  in_parallel(located.size(), [&](size_t i) {
    const Projection::Place& place = located[i].place;
    StateFileRange range;
    try {
      range = projection.open_range(place, place.path);
    } catch (const FileChanged& e) {
      throw LostSnapshot(base::format("hold {}: {}", path_, e.what()), node_of(located[i].inode).id);
    }
    files[i] = {descriptors.keep(std::move(range.fd)), place.start, place.length, place.file_size,
                place.file_mtime_ns};
    if (files[i].fd) return;
    throw TooManyFiles(base::format(
        "{} is not held: it has {} files, and {} of {} descriptors for held files are in use; raise the limit of open files",
        path_, located.size(), descriptors.count(), descriptors.most()));
  });
  for (size_t i = 0; i < located.size(); ++i) files_.emplace(located[i].inode, std::move(files[i]));
}

std::shared_ptr<const Hold> Hold::take(Projection& projection, Inode directory,
                                       HeldDescriptors& descriptors) {
  if (is_control(directory) || node_of(directory).kind != index::NodeKind::kDirectory) return nullptr;
  const auto snapshot = projection.reader()->snapshots().find(node_of(directory).id);
  if (!snapshot || !index::is_decodable(snapshot->status)) return nullptr;
  std::optional<Entry> entry = projection.entry(directory);
  if (!entry) return nullptr;
  const std::shared_ptr<Hold> hold(new Hold);
  hold->directory_ = std::move(*entry);
  hold->path_ = snapshot->path;
  hold->describe(projection);
  try {
    hold->metadata_ = projection.open(hold->metadata())->text();
  } catch (const base::SystemError& e) {
    throw LostSnapshot(base::format("hold {}: {}", snapshot->path, e.what()), 0);
  }
  hold->open_files(projection, descriptors);
  return hold;
}

std::unique_ptr<OpenFile> Hold::open(Inode inode) const {
  if (inode == metadata()) return OpenFile::of_text(base::join(path_, flink::kMetadataFile), metadata_);
  const auto found = files_.find(inode);
  if (found == files_.end()) return nullptr;
  const File& held = found->second;
  std::string name = path_ + "/" + find(inode)->name;
  base::UniqueFd fd(::fcntl(held.fd->get(), F_DUPFD_CLOEXEC, 0));
  if (!fd) base::throw_errno("open", name);
  return OpenFile::of_state_file(
      std::move(name), {std::move(fd), nullptr, held.start, held.length, held.file_size, held.file_mtime_ns});
}

}  // namespace checkpointfs::fs
