// SPDX-License-Identifier: Apache-2.0
#include "fs/decoded_metadata.h"

#include <cerrno>

#include "base/concat.h"
#include "base/errors.h"
#include "flink/decode.h"

namespace checkpointfs::fs {

void refuse_metadata(const index::Snapshot& snapshot, std::string_view reason) {
  throw base::SystemError(EIO, base::concat("open ", snapshot.path, "/_metadata: ", reason));
}

std::unique_ptr<const DecodedMetadata> decode_metadata(const index::Snapshot& snapshot, const Roots& roots) {
  if (!index::is_decodable(snapshot.status)) refuse_metadata(snapshot, snapshot.reason);
  base::Result<index::MetadataFile> file =
      index::read_metadata_file(roots.directory(snapshot.source.id), snapshot.source_path);
  if (!file) refuse_metadata(snapshot, file.error().reason);
  if (file->bytes.size() != snapshot.metadata_size || file->mtime_ns() != snapshot.metadata_mtime_ns) {
    refuse_metadata(snapshot, "it changed since it was indexed; mount again to see the new one");
  }
  auto decoded = std::make_unique<DecodedMetadata>();
  decoded->file = std::move(*file);
  base::Result<flink::Metadata> metadata = flink::decode(decoded->file.bytes);
  if (!metadata) refuse_metadata(snapshot, base::to_string(metadata.error()));
  decoded->metadata = std::move(*metadata);
  return decoded;
}

}  // namespace checkpointfs::fs
