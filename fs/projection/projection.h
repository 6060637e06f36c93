// SPDX-License-Identifier: Apache-2.0
// The projection: the tree of one state of the index, in terms of inodes, without libfuse.
//
// Every snapshot of the sources is a directory at its own path, with a `_metadata` that refers to the files
// beside it; each state file is one inode wherever it is shown. Names, sizes and times come from the index,
// never from the storage. In reading order:
//  * inode.h: inode numbers, computed from rows of the index.
//  * projection.h: lookup, attributes, lists and open files.
//  * view.h: other arrangements of the same nodes, below .checkpointfs/: control_view.h, index_view.h,
//    links_view.h, names_view.h, jobs_view.h, operators_view.h, state_view.h. mirror.h copies directories
//    into them.
//  * open_file.h, metadata_cache.h: the bytes. A state file is read beneath its root (mount_roots.h); a
//    `_metadata` is read, decoded, rewritten, checked and cached.
//  * mount_state.h: outlives the projections. current_projection.h: the projection that is shown now. After
//    a scan another one takes its place, and invalidate_changes.h tells the kernel the differences.
// The folder relies on index/read for every answer, and on fs/status for stores that may not answer.
#pragma once

#include <cerrno>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "flink/rewrite.h"
#include "fs/metrics/metrics_text.h"
#include "fs/projection/control_view.h"
#include "fs/projection/index_view.h"
#include "fs/projection/inode.h"
#include "fs/projection/jobs_view.h"
#include "fs/projection/links_view.h"
#include "fs/projection/metadata_cache.h"
#include "fs/projection/mount_roots.h"
#include "fs/projection/mount_state.h"
#include "fs/projection/names_view.h"
#include "fs/projection/open_file.h"
#include "fs/projection/operators_view.h"
#include "fs/projection/state_view.h"
#include "fs/projection/view.h"
#include "fs/status/control_status.h"
#include "index/read/reader.h"

namespace checkpointfs::fs {

// Thread-safe. Every call may throw IndexError and base::SystemError.
class Projection {
 public:
  // `form`: see MountOptions. `state` outlives it. REQUIRES: the index does not change during the call.
  Projection(const std::string& index_file, flink::Form form, MountState& state);

  std::optional<Entry> lookup(Inode parent, std::string_view name);
  std::optional<Entry> entry(Inode inode);

  // Lists `directory` from the position `after` (0: the start), "." and ".." first. `take` gets each entry
  // with the position after it and returns false to stop.
  void list(Inode directory, uint64_t after, const TakeEntry& take);

  // Opens for reading. Throws SystemError(EIO) with the reason if the file is broken or has changed since it
  // was indexed.
  std::unique_ptr<OpenFile> open(Inode inode);

  // The place of a state file, for open_range().
  using Place = index::FileOpening;
  struct Located {
    Inode inode = 0;
    Place place;
  };
  // The places of the state files among these inodes. Other inodes, and broken files, are left out.
  std::vector<Located> locate(const std::vector<Inode>& inodes);
  // Opens the state file at `place`, and checks that it is as it was indexed. Throws what open() throws.
  StateFileRange open_range(const Place& place, const std::string& name);

  // The directories of the snapshots that show the file (some of them, if there are many), oldest first; none
  // for files of the control directory.
  std::vector<Inode> directories_of(Inode file);

  // "job/chk-42"; "" for the root; nothing if the directory is gone. REQUIRES: not in the control directory.
  std::optional<std::string> path_of(Inode directory);

  // The target of a symbolic link.
  std::string target(Inode link);

  // The value of the extended attribute "user.checkpointfs.<name>", or nothing.
  std::optional<std::string> extended_attribute(Inode inode, std::string_view name);

  const index::Totals& totals() const { return totals_; }
  index::SizeDistribution sizes() { return readers_.borrow()->size_distribution(); }
  // Index::Reader::scan() of this state.
  int64_t scan() const { return scan_; }
  index::ReaderPool::Lease reader() { return readers_.borrow(); }
  LinksView& links() { return links_; }
  StateView* state_view() { return state_view_ ? &*state_view_ : nullptr; }
  // The reason why nothing may be removed now: a source is not what it was. "" if there is none.
  std::string lost_source() const;
  // The text of `.checkpointfs/metrics` now.
  std::string metrics(MetricsFormat format);

 private:
  Entry entry_of(index::Reader& reader, const index::Node& node);
  // The view that answers for an inode, and its id there. REQUIRES: is_control(inode).
  std::pair<View&, ViewId> view_at(Inode inode);
  std::optional<Entry> parent_of(Inode directory);
  ControlStatus control_status_now();
  std::vector<ControlView::Child> control_children();
  std::unique_ptr<OpenFile> open_metadata(int64_t snapshot);
  // Throws the reason why a state file is not opened.
  [[noreturn]] void refuse_to_open(int64_t file_id);

  std::string index_file_;
  const flink::Form form_;
  MountState& state_;
  index::ReaderPool readers_;
  const storage::Resolver resolver_;
  MountRoots roots_;
  MetadataCache metadata_;
  OperatorsView operators_;
  std::optional<StateView> state_view_;  // nothing: none is shown
  JobsView jobs_;
  LinksView links_;
  NamesView names_;
  IndexView index_view_;
  ControlView control_;
  index::Totals totals_;
  int64_t scan_;
};

// The directory that Projection::list() has behind this one, in the directory above, with the next larger
// inode number; nothing if this is the last one, or in the control directory.
std::optional<Inode> directory_after(Projection& projection, Inode directory);

}  // namespace checkpointfs::fs
