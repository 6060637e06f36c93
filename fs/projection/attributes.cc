// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/attributes.h"

#include "base/text/message.h"
#include "base/text/format.h"

namespace checkpointfs::fs {
namespace {

std::string status_text(std::string_view status, const std::string& reason) {
  return reason.empty() ? std::string(status) : base::printable(base::format("{}: {}", status, reason));
}

}  // namespace

std::optional<std::string> file_attribute(const index::FileLocation& file, std::string_view name) {
  if (name == "uri") return file.uri;
  if (name == "references") return std::to_string(file.references);
  if (name == "status") return status_text(to_string(file.status), file.reason);
  return std::nullopt;
}

std::optional<std::string> snapshot_attribute(index::Reader& reader, const index::Snapshot& snapshot,
                                              std::string_view name) {
  if (name == "status") return status_text(index::to_string(snapshot.status), snapshot.reason);
  if (snapshot.version == 0) return std::nullopt;  // its metadata says nothing
  if (name == "checkpoint_id") return std::to_string(snapshot.checkpoint_id);
  if (name == "format") return std::to_string(snapshot.version);
  if (name == "kind") return snapshot.kind;
  if (name == "files") return std::to_string(snapshot.files);
  if (name == "bytes") return std::to_string(snapshot.bytes);
  if (name == "exclusive_bytes") return std::to_string(reader.snapshots().exclusive_bytes(snapshot.id));
  return std::nullopt;
}

}  // namespace checkpointfs::fs
