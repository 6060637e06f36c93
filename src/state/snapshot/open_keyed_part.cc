// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/open_keyed_part.h"

#include "state/snapshot/changelog_part.h"
#include "state/snapshot/database_part.h"
#include "state/snapshot/key_group_part.h"

namespace checkpointfs::state {

base::Result<std::unique_ptr<KeyedPart>> open_keyed_part(const SnapshotBytes& bytes,
                                                         const KeyedPlace& place) {
  const flink::KeyedHandle& handle = bytes.metadata().keyed[place.handle];
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

}  // namespace checkpointfs::state
