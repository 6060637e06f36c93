// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/metadata_cache.h"

#include <vector>

#include "fs/projection/mount_roots.h"
#include "fs/projection/rewritten_metadata.h"

namespace checkpointfs::fs {

MetadataCache::MetadataCache(flink::Form form, Names names, uint64_t budget)
    : form_(std::move(form)), names_(std::move(names)), budget_(budget) {}

uint64_t MetadataCache::size(const index::Snapshot& snapshot) const {
  if (!index::is_decodable(snapshot.status)) return snapshot.metadata_size;
  if (form_.kind != flink::FormKind::kAbsolute) {
    return form_.prefix.empty() ? snapshot.owned_size : snapshot.job_size;
  }
  return flink::prefixed_size(snapshot.owned_size, snapshot.file_handles, form_of(snapshot).prefix);
}

MetadataCache::Text MetadataCache::get(const index::Snapshot& snapshot, const MountRoots& roots) {
  if (Text found = find(snapshot.id)) {
    ++hits_;
    return found;
  }
  ++misses_;
  Text made = make(snapshot, roots);
  keep(snapshot.id, made);
  return made;
}

flink::Form MetadataCache::form_of(const index::Snapshot& snapshot) const {
  flink::Form form = form_;
  if (form.kind == flink::FormKind::kAbsolute && !snapshot.path.empty()) form.prefix += "/" + snapshot.path;
  return form;
}

MetadataCache::Text MetadataCache::make(const index::Snapshot& snapshot, const MountRoots& roots) const {
  const auto decoded = decode_metadata(snapshot, roots);
  std::string text =
      index::rewrite_metadata(snapshot, *decoded, form_of(snapshot), names_(snapshot, decoded->metadata));
  if (text.size() != size(snapshot))
    refuse_metadata(snapshot, "the length of the rewritten metadata differs from the index");
  return std::make_shared<const std::string>(std::move(text));
}

MetadataCache::Text MetadataCache::find(int64_t snapshot) {
  const std::lock_guard lock(mutex_);
  for (auto i = kept_.begin(); i != kept_.end(); ++i) {
    if (i->first != snapshot) continue;
    kept_.splice(kept_.begin(), kept_, i);
    return i->second;
  }
  return nullptr;
}

void MetadataCache::keep(int64_t snapshot, const Text& text) {
  if (text->size() > budget_) return;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, kept] : kept_) {
    if (id == snapshot) return;  // another thread made it at the same time
  }
  kept_.emplace_front(snapshot, text);
  kept_bytes_ += text->size();
  while (kept_bytes_ > budget_) {
    kept_bytes_ -= kept_.back().second->size();
    kept_.pop_back();
  }
}

}  // namespace checkpointfs::fs
