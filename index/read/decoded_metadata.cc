// SPDX-License-Identifier: Apache-2.0
#include "index/read/decoded_metadata.h"

#include <cerrno>

#include "base/errors.h"
#include "base/text/message.h"
#include "flink/check_rewritten.h"
#include "flink/decode.h"

namespace checkpointfs::index {

void refuse_metadata(const Snapshot& snapshot, std::string_view reason) {
  throw base::SystemError(EIO, base::format("open {}/_metadata: {}", snapshot.path, reason));
}

void require_indexed(const Snapshot& snapshot, const struct stat& metadata) {
  if (static_cast<uint64_t>(metadata.st_size) != snapshot.metadata_size ||
      storage::mtime_ns(metadata) != snapshot.metadata_mtime_ns) {
    refuse_metadata(snapshot, "it changed since it was indexed; mount again to see the new one");
  }
}

std::unique_ptr<const DecodedMetadata> decode_metadata(const Snapshot& snapshot, int source) {
  if (!is_decodable(snapshot.status)) refuse_metadata(snapshot, snapshot.reason);
  base::Result<storage::MetadataFile> file = storage::read_metadata_file(source, snapshot.source_path);
  if (!file) refuse_metadata(snapshot, file.error().reason);
  require_indexed(snapshot, file->st);
  auto decoded = std::make_unique<DecodedMetadata>();
  decoded->file = std::move(*file);
  base::Result<flink::Metadata> metadata = flink::decode(decoded->file.bytes);
  if (!metadata) refuse_metadata(snapshot, base::to_string(metadata.error()));
  decoded->metadata = std::move(*metadata);
  return decoded;
}

std::string rewrite_metadata(const Snapshot& snapshot, const DecodedMetadata& decoded,
                             const flink::Form& form, const std::vector<std::string>& names) {
  base::Result<std::string> text = flink::rewrite(decoded.file.bytes, decoded.metadata, form, names);
  if (!text) refuse_metadata(snapshot, base::to_string(text.error()));
  if (const std::string difference = flink::check_rewritten(decoded.metadata, *text, form, names);
      !difference.empty()) {
    refuse_metadata(snapshot, "the rewritten metadata is wrong: " + difference);
  }
  return std::move(*text);
}

}  // namespace checkpointfs::index
