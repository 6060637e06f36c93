// SPDX-License-Identifier: Apache-2.0
// Makes a pin of a snapshot.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "index/read/reader.h"
#include "pins/pins.h"
#include "transfer/file_transfer.h"

namespace checkpointfs::pins {

struct PinOptions {
  std::string name;   // empty: default_pin_name()
  bool copy = false;  // copy the files, instead of linking them
  // Called with the files done and in all; may be empty.
  std::function<void(uint64_t done, uint64_t all)> progress;
};

struct MadePin {
  std::string name;
  std::string directory;
  transfer::PlacedFiles placed;
};

// Pins the snapshot in its source: what Flink deletes afterwards, and a copy of what the projection shows at
// this moment. Durable when it returns; an error leaves nothing of the pin, and a crash only what
// remove_pin_leftovers() removes.
// Throws Failure(kUsage) if the name cannot be had, Failure(kSource) if the snapshot or one of its files is
// gone, Failure(kRefused) if root would link or copy files that are not those of the metadata's owner,
// Failure(kBroken) or Failure(kInput) if it is not sound, SystemError, IndexError.
MadePin make_pin(index::Reader& reader, const index::Snapshot& snapshot, const PinOptions& options,
                 storage::DiskOperations& disk);

}  // namespace checkpointfs::pins
