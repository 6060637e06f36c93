// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/open_keyed_part.h"

#include "state/snapshot/changelog_part.h"
#include "state/snapshot/database_part.h"
#include "state/snapshot/key_group_part.h"

namespace checkpointfs::state {

base::Result<std::unique_ptr<KeyedPart>> open_keyed_part(const SnapshotBytes& bytes,
                                                         const KeyedPlace& place) {
  const flink::KeyedHandle& handle = bytes.metadata().keyed[place.handle];
  switch (handle.tag) {
    case flink::KeyedTag::kIncremental:
    case flink::KeyedTag::kIncrementalV2:
      return open_database_part(bytes, handle);
    case flink::KeyedTag::kKeyGroups:
    case flink::KeyedTag::kKeyGroupsV2:
    case flink::KeyedTag::kSavepointKeyGroups:
      return open_key_group_part(bytes, handle);
    case flink::KeyedTag::kChangelog:
    case flink::KeyedTag::kChangelogV2:
    case flink::KeyedTag::kChangelogBytes:
    case flink::KeyedTag::kChangelogFiles:
    case flink::KeyedTag::kChangelogFilesV2:
      return open_changelog_part(bytes, handle);
    case flink::KeyedTag::kNull:
      break;
  }
  return std::unique_ptr<KeyedPart>();
}

}  // namespace checkpointfs::state
