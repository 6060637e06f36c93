// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/metadata_cache.h"

#include <optional>
#include <utility>

#include "fs/projection/mount_roots.h"
#include "index/read/decoded_metadata.h"

namespace checkpointfs::fs {

MetadataCache::MetadataCache(flink::Form form, Names names, uint64_t budget)
    : form_(std::move(form)), names_(std::move(names)), kept_(budget) {}

uint64_t MetadataCache::size(const index::Snapshot& snapshot) const {
  if (!index::is_decodable(snapshot.status)) return snapshot.metadata_size;
  if (form_.kind != flink::FormKind::kAbsolute) {
    return form_.prefix.empty() ? snapshot.owned_size : snapshot.job_size;
  }
  return flink::prefixed_size(snapshot.owned_size, snapshot.file_handles, form_of(snapshot).prefix);
}

MetadataCache::Text MetadataCache::get(const index::Snapshot& snapshot, const MountRoots& roots) {
  if (const std::optional<Text> found = kept_.find(snapshot.id)) {
    ++hits_;
    return *found;
  }
  ++misses_;
  Text made = make(snapshot, roots);
  kept_.keep(snapshot.id, made, made->size());
  return made;
}

flink::Form MetadataCache::form_of(const index::Snapshot& snapshot) const {
  flink::Form form = form_;
  if (form.kind == flink::FormKind::kAbsolute && !snapshot.path.empty()) form.prefix += "/" + snapshot.path;
  return form;
}

MetadataCache::Text MetadataCache::make(const index::Snapshot& snapshot, const MountRoots& roots) const {
  const auto decoded = index::decode_metadata(snapshot, roots.directory(snapshot.source.id));
  std::string text =
      index::rewrite_metadata(snapshot, *decoded, form_of(snapshot), names_(snapshot, decoded->metadata));
  if (text.size() != size(snapshot))
    index::refuse_metadata(snapshot, "the length of the rewritten metadata differs from the index");
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace checkpointfs::fs
