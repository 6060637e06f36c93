// SPDX-License-Identifier: Apache-2.0
// The tree that a mount shows, in terms of inodes: what the callbacks ask, without libfuse.
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
#include "fs/projection/open_file.h"
#include "fs/projection/operators_view.h"
#include "fs/projection/view.h"
#include "fs/status/control_status.h"
#include "index/read/reader.h"

namespace checkpointfs::fs {

// One state of the index: when that changes, another projection is made. Thread-safe. Every call may throw
// IndexError and base::SystemError; the caller turns them into an errno.
class Projection {
 public:
  // `form`: see MountOptions. `state` outlives it. REQUIRES: nobody changes the index meanwhile.
  Projection(const std::string& index_file, flink::Form form, MountState& state);

  std::optional<Entry> lookup(Inode parent, std::string_view name);
  std::optional<Entry> entry(Inode inode);

  // Lists `directory` from the position `after` (0: the start), "." and ".." first. `take` gets each entry
  // with the position after it and returns false to stop.
  void list(Inode directory, uint64_t after, const TakeEntry& take);

  // Opens for reading. Throws SystemError(EIO) with the reason if the file is broken or has changed since it
  // was indexed.
  std::unique_ptr<OpenFile> open(Inode inode);

  // Where the state files among these inodes lie, to be opened one after the other. All others, and what is
  // broken, are left out.
  struct Place : index::FileOpening {
    int64_t file_mtime_ns = 0;
  };
  struct Located {
    Inode inode = 0;
    Place place;
  };
  std::vector<Located> locate(const std::vector<Inode>& inodes);
  // Opens the state file at `place`, and checks that it is as it was indexed. Throws what open() throws.
  StateFileRange open_range(const Place& place, const std::string& name);

  // The snapshots that show the file (some of them, if they are many), oldest first; none for files of the
  // control directory.
  std::vector<Inode> directories_of(Inode file);

  // "job/chk-42"; "" of the root. Nothing if it is not there. REQUIRES: a directory that is no view.
  std::optional<std::string> path_of(Inode directory);

  // Where the symbolic link leads.
  std::string target(Inode link);

  // Value of the extended attribute "user.checkpointfs.<name>", or nothing.
  std::optional<std::string> extended_attribute(Inode inode, std::string_view name);

  const index::Totals& totals() const { return totals_; }
  index::SizeDistribution sizes() { return readers_.borrow()->size_distribution(); }
  // Index::Reader::scan() of this state.
  int64_t scan() const { return scan_; }
  index::ReaderPool::Lease reader() { return readers_.borrow(); }
  LinksView& links() { return links_; }
  // Why nothing may be removed now: a source is not what it was. "": nothing keeps anybody.
  std::string lost_source() const;
  // Text of `.checkpointfs/metrics` now.
  std::string metrics(MetricsFormat format);

 private:
  Entry entry_of(index::Reader& reader, const index::Node& node);
  // The view that answers for an inode, and its id there. REQUIRES: is_control(inode).
  std::pair<View&, ViewId> view_at(Inode inode);
  std::optional<Entry> parent_of(Inode directory);
  ControlStatus control_status_now();
  std::unique_ptr<OpenFile> open_metadata(int64_t snapshot);

  std::string index_file_;
  const flink::Form form_;
  MountState& state_;
  index::ReaderPool readers_;
  const storage::Resolver resolver_;
  MountRoots roots_;
  MetadataCache metadata_;
  OperatorsView operators_;
  JobsView jobs_;
  LinksView links_;
  IndexView index_view_;
  ControlView control_;
  index::Totals totals_;
  int64_t scan_;
};

}  // namespace checkpointfs::fs
