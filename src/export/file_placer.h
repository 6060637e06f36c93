// SPDX-License-Identifier: Apache-2.0
// Brings one file into the target, unless it is there: the decision for each file of a snapshot.
#pragma once

#include <sys/stat.h>

#include <string>

#include "export/options.h"
#include "export/journal.h"
#include "export/known_files.h"
#include "export/target.h"
#include "transfer/file_transfer.h"

namespace checkpointfs::exporting {

Origin origin_of(const index::FileLocation& file);

struct PlacedInTarget {
  FileRecord record;
  Counts counts;
  bool is_new = false;  // not in the journal yet
};

class FilePlacer {
 public:
  struct Directories {
    int stage = -1;     // of files that are not in their place yet
    int existing = -1;  // the place of the files, if that was there before; else -1
    std::string files;  // the path of that place beneath the target
  };

  // The arguments outlive this. `own`: the index of the snapshot's journal in `known`; its files were
  // checked.
  FilePlacer(const Target& target, const KnownFiles& known, uint32_t own, transfer::FileTransfer& transfer,
             const Options& options, Directories directories, storage::DiskOperations& disk)
      : target_(target),
        known_(known),
        own_(own),
        transfer_(transfer),
        options_(options),
        directories_(std::move(directories)),
        disk_(disk) {}

  // Thread-safe. Throws as FileTransfer::open() and FileTransfer::place(), Failure(kRefused) if a file of the
  // target has other bytes, SystemError(EINTR) after Options::stop.
  // REQUIRES: the root of the file is open in the FileTransfer.
  PlacedInTarget place(const std::string& name, const index::FileLocation& file) const;

 private:
  bool try_share(const KnownFile& known, const transfer::OpenedFile& opened, PlacedInTarget* placed) const;
  bool try_keep(const transfer::OpenedFile& opened, const index::FileLocation& file,
                PlacedInTarget* placed) const;
  int link_into_stage(int file, const std::string& name) const;
  transfer::OnBytes on_bytes() const;

  const Target& target_;
  const KnownFiles& known_;
  uint32_t own_;
  const transfer::FileTransfer& transfer_;
  const Options& options_;
  Directories directories_;
  storage::DiskOperations& disk_;
};

}  // namespace checkpointfs::exporting
