// SPDX-License-Identifier: Apache-2.0
// A snapshot's own `_metadata`, read and decoded now, and what it becomes with other names.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flink/metadata.h"
#include "flink/rewrite.h"
#include "index/database/types.h"
#include "storage/metadata_file.h"

namespace checkpointfs::index {

struct DecodedMetadata {
  storage::MetadataFile file;
  flink::Metadata metadata;  // views into file.bytes
};

// `source`: descriptor of the directory snapshot.source. Throws SystemError(EIO) with the reason if the
// snapshot is incomplete or unreadable, or if its metadata is not the one that was indexed.
std::unique_ptr<const DecodedMetadata> decode_metadata(const Snapshot& snapshot, int source);

// The rewritten metadata, decoded again and compared with what it was made from. `names`: as flink::rewrite
// wants them. Throws SystemError(EIO) with the reason.
std::string rewrite_metadata(const Snapshot& snapshot, const DecodedMetadata& decoded,
                             const flink::Form& form, const std::vector<std::string>& names);

// Throws SystemError(EIO) unless the file is the one that was indexed.
void require_indexed(const Snapshot& snapshot, const struct stat& metadata);

// The error of a `_metadata` that cannot be shown.
[[noreturn]] void refuse_metadata(const Snapshot& snapshot, std::string_view reason);

}  // namespace checkpointfs::index
