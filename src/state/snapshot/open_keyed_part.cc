// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/open_keyed_part.h"

#include "state/snapshot/changelog_part.h"
#include "state/snapshot/database_part.h"
#include "state/snapshot/key_group_part.h"

namespace checkpointfs::state {

namespace {

base::Result<std::unique_ptr<KeyedPart>> open_handle(const SnapshotBytes& bytes,
                                                     const flink::KeyedHandle& handle) {
  switch (flink::form_of(handle.tag)) {
    case flink::KeyedForm::kDatabase:
      return open_database_part(bytes, handle);
    case flink::KeyedForm::kKeyGroups:
      return open_key_group_part(bytes, handle);
    case flink::KeyedForm::kChangelog:
    case flink::KeyedForm::kChanges:
      return open_changelog_part(bytes, handle);
    case flink::KeyedForm::kNone:
      break;
  }
  return std::unique_ptr<KeyedPart>();
}

}  // namespace

base::Result<std::shared_ptr<KeyedPart>> open_keyed_part(const SnapshotBytes& bytes,
                                                         const KeyedPlace& place) {
  if (auto opened = bytes.opened().keyed.find(place.handle)) return *std::move(opened);
  auto part = open_handle(bytes, bytes.metadata().keyed[place.handle]);
  if (!part.has_value()) return part.error();
  std::shared_ptr<KeyedPart> opened = std::move(*part);
  bytes.opened().keyed.keep(place.handle, opened);
  return opened;
}

}  // namespace checkpointfs::state
