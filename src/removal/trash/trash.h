// SPDX-License-Identifier: Apache-2.0
// The trash of a source: `<source>/.checkpointfs/trash/`, with a directory for each plan that was carried
// out, and the journal. Every directory of it, and every file that is read, is checked as
// storage/control_directory.h says: later runs do what is on record here.
//
//   journal.jsonl          a line for each thing that went, came back or was purged
//   <plan>/run.json        the plan, and the facts of the directories that it took something from
//   <plan>/files/<path>    the files that went
//   <plan>/done            all of it went
//   <plan>/restoring       it is on its way back, and which directories get their times back too
//   .<plan>.removing       it is back, or purged, and the rest of it is being removed
//
// Trash opens, locks and lists this layout. run_record.h reads and writes the plan and how far it got, as the
// JSON of plan_json.h; Journal (journal.h) has every event and only grows; Mover (mover.h) renames files into
// the trash and back, on the same file system, so that each file is in one of two places whatever happens.
// known_storage.h is the record of the directories that had snapshots, by which a source that is not mounted
// is missed. Trashes locks the trash of every source for one removal. The folder decides nothing: callers say
// what moves.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "removal/model/identity.h"
#include "storage/control_directory.h"
#include "storage/disk_operations.h"

namespace checkpointfs::removal {

class Trash {
 public:
  // Nothing if the source has none. Throws SystemError, Failure(kRefused) if it may be forged.
  static std::optional<Trash> open(const std::string& source);
  // Makes it where it is not there. Throws as open().
  static Trash create(const std::string& source, storage::DiskOperations& disk);

  const std::string& source() const { return control_.source(); }
  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }
  int source_fd() const { return control_.source_fd(); }
  const storage::ControlDirectory& control() const { return control_; }
  // Throws Failure(kRefused) if somebody else could have written to the open file or directory.
  void require_own(int fd, const std::string& path) const { control_.require_own(fd, path); }

  // False if somebody else has it locked. Held as long as this object lives.
  bool try_lock();

  // The names in the directory of a plan.
  static constexpr char kRun[] = "run.json";
  static constexpr char kFiles[] = "files";
  static constexpr char kDone[] = "done";
  static constexpr char kRestoring[] = "restoring";

  // Plans that have something here, the oldest first.
  std::vector<std::string> runs() const;
  bool has(const std::string& id) const;
  bool is_done(const std::string& id) const;
  bool is_restoring(const std::string& id) const;
  int64_t begun_ns(const std::string& id) const;  // 0 if that is unknown

  struct Kept {
    std::string path;  // beneath the source
    Identity identity;
  };
  // The files that lie in the trash for this plan, by path.
  std::vector<Kept> files_of(const std::string& id) const;

  // The directory of a plan, checked. An empty result and errno if it cannot be opened.
  base::UniqueFd try_open_run(const std::string& id) const;
  // The directory beneath which what went lies under its path; an empty result and errno if it cannot be
  // opened.
  base::UniqueFd try_open_files(const std::string& id) const;

  // "<plan>/files", or the directory `path` in it.
  static std::string files_path(const std::string& id, std::string_view path = {});

  // Removes the plan's directory, whatever is in it. From the first moment on, it is no plan any more. Throws
  // SystemError.
  void remove(const std::string& id, storage::DiskOperations& disk) const;
  // Removes the plans whose remove() was killed. Throws SystemError.
  void remove_leftovers(storage::DiskOperations& disk) const;

 private:
  Trash(storage::ControlDirectory control, base::UniqueFd fd);
  static std::string path_in(const storage::ControlDirectory& control);
  bool exists(const std::string& name) const;
  void remove_tree(const std::string& directory, storage::DiskOperations& disk) const;

  storage::ControlDirectory control_;
  std::string path_;
  base::UniqueFd fd_;
};

// The trash of every source, locked. Throws Failure(kInUse) if somebody else removes something there.
class Trashes {
 public:
  Trashes(const std::vector<std::string>& sources, storage::DiskOperations& disk);
  Trash& of(const std::string& source) { return trashes_.at(source); }
  std::map<std::string, Trash>& all() { return trashes_; }
  bool has(const std::string& source) const { return trashes_.contains(source); }

 private:
  std::map<std::string, Trash> trashes_;
};

// Ids of what resume() would go on with; nothing is written.
std::vector<std::string> unfinished(const std::vector<std::string>& sources);

}  // namespace checkpointfs::removal
