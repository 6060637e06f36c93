// SPDX-License-Identifier: Apache-2.0
#include "flink/metadata.h"

#include "base/text/hex.h"
#include "base/text/modified_utf8.h"

namespace checkpointfs::flink {

std::string hex(const std::array<uint8_t, 16>& id) {
  return base::hex_digits({reinterpret_cast<const char*>(id.data()), id.size()});
}

std::string operator_label(const Operator& op) {
  if (!op.uid.empty()) return base::utf8_or_as_written(op.uid);
  if (!op.name.empty()) return base::utf8_or_as_written(op.name);
  return hex(op.id);
}

KeyedForm form_of(KeyedTag tag) {
  switch (tag) {
    case KeyedTag::kIncremental:
    case KeyedTag::kIncrementalV2:
      return KeyedForm::kDatabase;
    case KeyedTag::kKeyGroups:
    case KeyedTag::kKeyGroupsV2:
    case KeyedTag::kSavepointKeyGroups:
      return KeyedForm::kKeyGroups;
    case KeyedTag::kChangelog:
    case KeyedTag::kChangelogV2:
      return KeyedForm::kChangelog;
    case KeyedTag::kChangelogBytes:
    case KeyedTag::kChangelogFiles:
    case KeyedTag::kChangelogFilesV2:
      return KeyedForm::kChanges;
    case KeyedTag::kNull:
      break;
  }
  return KeyedForm::kNone;
}

std::string_view to_string(StreamTag tag) {
  switch (tag) {
    case StreamTag::kNull:
      return "NULL";
    case StreamTag::kByte:
      return "BYTE";
    case StreamTag::kFile:
      return "FILE";
    case StreamTag::kKeyGroups:
      return "KEY_GROUPS";
    case StreamTag::kRelative:
      return "RELATIVE";
    case StreamTag::kSegment:
      return "SEGMENT";
    case StreamTag::kEmptySegment:
      return "EMPTY_SEGMENT";
  }
  return "unknown";
}

std::string_view to_string(Dialect dialect) {
  switch (dialect) {
    case Dialect::kOnly:
      return "";
    case Dialect::kFlink1_11:
      return "1.11";
    case Dialect::kFlink1_12:
      return "1.12-1.14";
    case Dialect::kFlink1_15:
      return "1.15";
  }
  return "unknown";
}

std::string_view to_string(Role role) {
  switch (role) {
    case Role::kOperatorManaged:
      return "managed operator";
    case Role::kOperatorRaw:
      return "raw operator";
    case Role::kKeyedManaged:
      return "managed keyed";
    case Role::kKeyedRaw:
      return "raw keyed";
    case Role::kInputChannel:
      return "input channel";
    case Role::kResultSubpartition:
      return "result subpartition";
  }
  return "unknown";
}

std::string_view to_string(Part part) {
  switch (part) {
    case Part::kDelegate:
      return "";
    case Part::kMeta:
      return "meta";
    case Part::kShared:
      return "shared";
    case Part::kPrivate:
      return "private";
    case Part::kChangelog:
      return "changelog";
  }
  return "unknown";
}

std::string_view to_string(SnapshotKind kind) {
  switch (kind) {
    case SnapshotKind::kUnknown:
      return "unknown";
    case SnapshotKind::kCheckpoint:
      return "checkpoint";
    case SnapshotKind::kSavepoint:
      return "savepoint";
  }
  return "unknown";
}

}  // namespace checkpointfs::flink
