// SPDX-License-Identifier: Apache-2.0
#include "transfer/rewritten_metadata.h"

#include <cerrno>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "flink/names.h"
#include "index/read/decoded_metadata.h"
#include "storage/resolver.h"

namespace checkpointfs::transfer {

RewrittenMetadata rewrite_metadata(index::Reader& reader, const index::Snapshot& snapshot,
                                   const flink::Form& form, const storage::NameOf& name_of) {
  const base::UniqueFd source = base::open_directory(snapshot.source.path);
  const std::string& path = snapshot.source_path;
  RewrittenMetadata result;
  struct stat st = {};
  if (base::stat_beneath(source.get(), path.empty() ? "." : path.c_str(), &result.directory) == ENOENT ||
      base::stat_beneath(source.get(), base::join(path, flink::kMetadataFile).c_str(), &st) == ENOENT) {
    throw base::Failure(base::FailureKind::kSource, base::format("the snapshot {} is gone", snapshot.path));
  }
  try {
    const auto decoded = index::decode_metadata(snapshot, source.get());
    const storage::Resolver resolver(reader.roots(), reader.mappings());
    const storage::Location location{snapshot.source.id, path};
    result.text = index::rewrite_metadata(
        snapshot, *decoded, form, storage::projected_names(decoded->metadata, location, resolver, name_of));
    result.metadata = decoded->file.st;
  } catch (const base::SystemError& e) {
    throw base::Failure(base::FailureKind::kInput, e.what());
  }
  return result;
}

void require_sound(const index::Snapshot& snapshot) {
  using base::FailureKind;
  if (index::is_sound(snapshot.status)) return;
  const FailureKind kind = index::lacks_files(snapshot.status) ? FailureKind::kBroken : FailureKind::kInput;
  throw base::Failure(kind, base::format("the snapshot {} is {}: {}", snapshot.path,
                                         to_string(snapshot.status), snapshot.reason));
}

}  // namespace checkpointfs::transfer
