// SPDX-License-Identifier: Apache-2.0
// Puts files of a snapshot into another directory: as hard links, with shared blocks, or as copies.
//
// FileTransfer opens each file beneath its root through no link, and checks that its size and time are those
// in the index. It links the file if links are wanted, or else copies it (copy_range.h), and makes the sums
// of its bytes on the way (checksums.h). A copy gets the owner, permissions and time of its original. Root
// links or copies only files of the owner of the metadata, as metadata can name anything. A file that changes
// while it is copied is an error. The folder knows neither names nor the order in which a pin or an export is
// made durable: that is the task of pins/pin_maker.h and export/exporter.h. All changes go through
// storage/disk_operations.h. The manifest of a copy is in manifest/.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "index/database/types.h"
#include "storage/disk_operations.h"
#include "storage/types.h"
#include "transfer/checksums.h"

namespace checkpointfs::transfer {

enum class Links : uint8_t {
  kNever,
  kWherePossible,  // a file that cannot be linked is copied
  kRequired,       // a file that cannot be linked is an error
};

// The words of messages that differ from command to command.
struct Purpose {
  std::string_view outcome;             // "nothing was pinned"
  std::string_view as_the_owner;        // follows "User 7": "may pin it, if he may read the file: pin --copy"
  std::string_view without_links = {};  // "'pin --copy' copies the files"; for Links::kRequired
  mode_t permissions = 0777;            // of the original, that a copy may have
};

// A file of the snapshot, open to be read.
struct OpenedFile {
  base::UniqueFd fd;
  struct stat st = {};
  std::string path;  // for messages
};

// The bytes of placed files, by the way that they took.
struct PlacedFiles {
  uint64_t files = 0;
  uint64_t linked_bytes = 0;
  uint64_t shared_bytes = 0;  // copies that have the original's blocks (reflinks)
  uint64_t copied_bytes = 0;

  PlacedFiles& operator+=(const PlacedFiles& other);
};

struct PlacedFile {
  PlacedFiles placed;
  FileSums sums;
  struct stat st = {};  // of the new name's file
};

class FileTransfer {
 public:
  // `snapshot`, `disk`: outlive this. `owner`: of the metadata, whose other files are not for root to hand
  // on.
  FileTransfer(const index::Snapshot& snapshot, uid_t owner, const Purpose& purpose,
               storage::DiskOperations& disk)
      : snapshot_(snapshot), owner_(owner), purpose_(purpose), disk_(disk) {}

  // Opens the root of a file. Not thread-safe. Throws Failure(kSource).
  void open_root(const storage::Root& root);

  // The functions below are thread-safe. They throw Failure(kRefused) if the file is somebody else's,
  // Failure(kSource) if it is gone or cannot be read, Failure(kBroken) if it is not what was indexed, and
  // SystemError if the new file cannot be made.
  // REQUIRES: open_root() was called for the root of the file.
  OpenedFile open(const index::FileLocation& file) const;

  // Gives the bytes that the projection shows the name `name` in `directory`. A segment is always copied,
  // even if it is all there is of its file: Flink may go on appending to that file.
  // REQUIRES: `directory` is closed to other users until all its files are there.
  PlacedFile place(const OpenedFile& from, const index::FileLocation& file, int directory,
                   const std::string& name, Links links, Checksums checksums,
                   const OnBytes& on_bytes = {}) const;

  // Throws Failure(kBroken) if the file is another one than when it was opened.
  void require_unchanged(const OpenedFile& from, const index::FileLocation& file) const;

 private:
  // False if the file can have no link there, and need not.
  bool link(const OpenedFile& from, int directory, const std::string& name, Links links) const;
  void copy(const OpenedFile& from, const index::FileLocation& file, int directory, const std::string& name,
            Checksums checksums, const OnBytes& on_bytes, PlacedFile* placed) const;
  void require_theirs(const struct stat& st, const std::string& path) const;
  [[noreturn]] void gone(const std::string& path) const;

  const index::Snapshot& snapshot_;
  uid_t owner_;
  Purpose purpose_;
  storage::DiskOperations& disk_;
  std::map<int64_t, base::UniqueFd> roots_;
};

// Throws SystemError(EIO) if the projected name cannot be that of a file: the index is only a file that
// anybody may have changed.
void require_name(const std::string& name, const std::string& path);

// Gives `fd` the owner of the original, where that is allowed.
void take_owner(int fd, const struct stat& original, storage::DiskOperations& disk);

// Gives `fd`, a new file, the owner, the permissions, as far as they are among `permissions`, and the time of
// the original. Throws SystemError.
void take_attributes(int fd, const struct stat& original, mode_t permissions, const std::string& path,
                     storage::DiskOperations& disk);

}  // namespace checkpointfs::transfer
