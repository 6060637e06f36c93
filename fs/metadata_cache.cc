// SPDX-License-Identifier: Apache-2.0
#include "fs/metadata_cache.h"

#include <cerrno>
#include <vector>

#include "base/concat.h"
#include "base/errors.h"
#include "flink/decode.h"
#include "fs/roots.h"
#include "index/metadata_file.h"
#include "index/snapshot_files.h"

namespace checkpointfs::fs {
namespace {

[[noreturn]] void refuse(const index::Snapshot& snapshot, std::string_view reason) {
  throw base::SystemError(EIO, base::concat("open ", snapshot.path, "/_metadata: ", reason));
}

}  // namespace

MetadataCache::MetadataCache(flink::Form form, index::Resolver resolver, uint64_t budget)
    : form_(std::move(form)), resolver_(std::move(resolver)), budget_(budget) {}

uint64_t MetadataCache::size(const index::Snapshot& snapshot) const {
  if (snapshot.status == index::SnapshotStatus::kIncomplete ||
      snapshot.status == index::SnapshotStatus::kUnreadable) {
    return snapshot.metadata_size;
  }
  if (form_.kind != flink::FormKind::kAbsolute) return snapshot.owned_size;
  return flink::absolute_size(snapshot.owned_size, snapshot.file_handles, form_of(snapshot).prefix);
}

MetadataCache::Text MetadataCache::get(const index::Snapshot& snapshot, const Roots& roots) {
  if (snapshot.status == index::SnapshotStatus::kIncomplete ||
      snapshot.status == index::SnapshotStatus::kUnreadable) {
    refuse(snapshot, snapshot.reason);
  }
  if (Text found = find(snapshot.id)) return found;
  Text made = make(snapshot, roots);
  keep(snapshot.id, made);
  return made;
}

flink::Form MetadataCache::form_of(const index::Snapshot& snapshot) const {
  flink::Form form = form_;
  if (form.kind == flink::FormKind::kAbsolute && !snapshot.path.empty()) form.prefix += "/" + snapshot.path;
  return form;
}

MetadataCache::Text MetadataCache::make(const index::Snapshot& snapshot, const Roots& roots) const {
  const base::Result<index::MetadataFile> file =
      index::read_metadata_file(roots.directory(snapshot.source.id), snapshot.source_path);
  if (!file) refuse(snapshot, file.error().reason);
  if (file->bytes.size() != snapshot.metadata_size || file->mtime_ns() != snapshot.metadata_mtime_ns) {
    refuse(snapshot, "it changed since it was indexed; mount again to see the new one");
  }
  const base::Result<flink::Metadata> metadata = flink::decode(file->bytes);
  if (!metadata) refuse(snapshot, base::to_string(metadata.error()));

  const std::vector<std::string> names =
      index::project_files(*metadata, {snapshot.source.id, snapshot.source_path}, resolver_).names();
  const flink::Form form = form_of(snapshot);
  base::Result<std::string> text = flink::rewrite(file->bytes, *metadata, form, names);
  if (!text) refuse(snapshot, base::to_string(text.error()));
  if (const std::string difference = flink::check_rewritten(*metadata, *text, form, names);
      !difference.empty()) {
    refuse(snapshot, "the rewritten metadata is wrong: " + difference);
  }
  if (text->size() != size(snapshot))
    refuse(snapshot, "the rewritten metadata is not as long as was indexed");
  return std::make_shared<const std::string>(std::move(*text));
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
