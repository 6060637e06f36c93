// SPDX-License-Identifier: Apache-2.0
#include "removal/survey/completed_checkpoint.h"

#include <algorithm>
#include <optional>

#include "base/byte_cursor.h"
#include "base/text/modified_utf8.h"
#include "java/walker.h"

namespace checkpointfs::removal {
namespace {

constexpr std::string_view kClass = "org.apache.flink.runtime.checkpoint.CompletedCheckpoint";
constexpr std::string_view kEnding = "/_metadata";
constexpr std::string_view kState = "org.apache.flink.runtime.state.";
constexpr std::string_view kInMemory = "memory.NonPersistentMetadataCheckpointStorageLocation";

// True if the object has its metadata and all state in itself.
bool holds_all(std::string_view bytes) {
  base::ByteCursor in(bytes);
  bool is_in_memory = false;
  for (std::string_view name : java::classes(in, kClass)) {
    if (!name.starts_with(kState)) continue;
    name.remove_prefix(kState.size());
    // FileStateHandle, RelativeFileStateHandle, SegmentFileStateHandle
    if (name.starts_with("filesystem.") || name.starts_with("filemerging.")) return false;
    is_in_memory = is_in_memory || name.starts_with(kInMemory);
  }
  return is_in_memory;
}

}  // namespace

base::Result<std::vector<std::string>> metadata_uris(std::string_view bytes) {
  base::ByteCursor in(bytes);
  const std::vector<std::string_view> found = java::strings(in, kClass, kEnding);
  if (in.ok() && !in.at_end()) in.fail("end", "bytes after the end of the checkpoint");
  if (in.ok() && found.empty() && !holds_all(bytes)) in.fail("checkpoint", "it names no _metadata file");
  std::vector<std::string> uris;
  for (const std::string_view text : found) {
    std::optional<std::string> uri = base::utf8_from_modified(text);
    if (!uri) in.fail("uri", "the path of a _metadata file is no text");
    if (uri) uris.push_back(std::move(*uri));
  }
  if (!in.ok()) return in.error();
  std::ranges::sort(uris);
  uris.erase(std::unique(uris.begin(), uris.end()), uris.end());
  return uris;
}

}  // namespace checkpointfs::removal
