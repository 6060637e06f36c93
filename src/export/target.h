// SPDX-License-Identifier: Apache-2.0
// The target directory of exports, and the notes that exports keep in it: `<target>/.checkpointfs/export`.
//
// Each snapshot has a directory of notes there, whose name is made from the snapshot's path:
//   journal    files that are whole and on the disk (journal.h)
//   files      the snapshot while it is made; renamed to its place when it is whole
//   metadata   its `_metadata`, until all files are there
// Directories are opened beneath the target, through no link. Notes are believed only if nobody else could
// have written them (storage/control_directory.h).
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "storage/control_directory.h"
#include "storage/disk_operations.h"

namespace checkpointfs::exporting {

// The directory of notes in the control directory of the target.
inline constexpr char kNotes[] = "export";
inline constexpr char kJournal[] = "journal";
inline constexpr char kNewJournal[] = "journal.new";
inline constexpr char kFiles[] = "files";
inline constexpr char kMetadata[] = "metadata";
inline constexpr char kManifest[] = "manifest";
inline constexpr char kSums[] = "sums";

// The notes of one snapshot.
struct Notes {
  base::UniqueFd fd;
  std::string name;  // of the directory, in that of all notes
  std::string path;  // for messages
};

class Target {
 public:
  // Opens the target to write; makes it, but not the directory above it. One process has it at a time. Throws
  // SystemError, Failure(kRefused) if somebody else could have written the notes, Failure(kInUse) if another
  // process exports into it.
  static Target create(const std::string& path, storage::DiskOperations& disk);
  // Opens the target to look at it; nothing if it is not there. Throws SystemError, Failure(kRefused).
  static std::optional<Target> open(const std::string& path);

  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }
  std::string path_of(const std::string& relative) const;

  // The directory beneath the target, and those above it, which are made with the owner of `like` where they
  // are not there. Throws SystemError.
  base::UniqueFd make_directory(const std::string& relative, const struct stat& like,
                                storage::DiskOperations& disk) const;
  // Nothing and errno if it cannot be opened; "" for the target itself.
  base::UniqueFd try_open_directory(const std::string& relative) const;

  // The notes of a snapshot, by its path in the projection; made if they are not there.
  Notes make_notes(const std::string& snapshot, storage::DiskOperations& disk) const;
  std::optional<Notes> find_notes(const std::string& snapshot) const;
  // The names of all notes, those with the latest journal first.
  std::vector<std::string> notes_by_time() const;
  std::optional<Notes> open_notes(const std::string& name) const;
  // Removes the notes and what lies in them. Returns 0 or an errno.
  int remove_notes(const std::string& snapshot, storage::DiskOperations& disk) const;
  int remove_notes_named(const std::string& name, storage::DiskOperations& disk) const;
  // Removes the directories of notes, if there are none.
  void remove_empty(storage::DiskOperations& disk) const;

  // Opens a file of notes; an empty result and errno if it cannot be opened. Throws Failure(kRefused) if
  // somebody else could have written it.
  base::UniqueFd try_open_note(const Notes& notes, const char* name, int flags) const;
  // Makes an empty file of notes, in place of the one of that name. Throws SystemError, Failure(kRefused).
  base::UniqueFd make_note(const Notes& notes, const char* name, storage::DiskOperations& disk) const;

 private:
  Target(std::string path, base::UniqueFd fd, std::optional<storage::ControlDirectory> control,
         base::UniqueFd notes)
      : path_(std::move(path)), fd_(std::move(fd)), control_(std::move(control)), notes_(std::move(notes)) {}
  std::string notes_path() const;

  std::string path_;
  base::UniqueFd fd_;
  std::optional<storage::ControlDirectory> control_;
  base::UniqueFd notes_;
};

// Throws Failure(kRefused): something else stands in the place of a directory.
[[noreturn]] void refuse_no_directory(const std::string& path);

// Throws SystemError with the action and path, unless `error` is 0.
void require_done(int error, std::string_view action, const std::string& path);

}  // namespace checkpointfs::exporting
