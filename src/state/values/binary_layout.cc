// SPDX-License-Identifier: Apache-2.0
#include "state/values/binary_layout.h"

namespace checkpointfs::state {

uint64_t array_slot_width(SqlKind kind) {
  switch (kind) {
    case SqlKind::kBoolean:
    case SqlKind::kTinyInt:
      return 1;
    case SqlKind::kSmallInt:
      return 2;
    case SqlKind::kInt:
    case SqlKind::kFloat:
    case SqlKind::kDate:
    case SqlKind::kTime:
    case SqlKind::kIntervalYearMonth:
      return 4;
    case SqlKind::kUnknown:
    case SqlKind::kBigInt:
    case SqlKind::kDouble:
    case SqlKind::kDecimal:
    case SqlKind::kTimestamp:
    case SqlKind::kLocalZonedTimestamp:
    case SqlKind::kZonedTimestamp:
    case SqlKind::kIntervalDayTime:
    case SqlKind::kChar:
    case SqlKind::kVarChar:
    case SqlKind::kBinary:
    case SqlKind::kVarBinary:
    case SqlKind::kArray:
    case SqlKind::kMultiset:
    case SqlKind::kMap:
    case SqlKind::kRow:
    case SqlKind::kRaw:
    case SqlKind::kNull:
      return 8;
  }
  return 8;
}

}  // namespace checkpointfs::state
