// SPDX-License-Identifier: Apache-2.0
// The files `completedCheckpoint...` in high-availability.storageDir: each is a CompletedCheckpoint, written
// by Java's serialization (FileSystemStateStorageHelper). ZooKeeper or Kubernetes point to these files, and a
// cluster recovers from the checkpoints in them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/input_error.h"

namespace checkpointfs::removal {

// The URIs of all `_metadata` files that the object names, each once; that of the checkpoint is among them.
// None for a checkpoint in the JobManager's storage without a directory: the object has all of its state, and
// names no file (MemoryBackendCheckpointStorageAccess). Walks the stream to its end: an error if the bytes
// are cut, are another object, or name no `_metadata` and yet a file.
base::Result<std::vector<std::string>> metadata_uris(std::string_view bytes);

}  // namespace checkpointfs::removal
