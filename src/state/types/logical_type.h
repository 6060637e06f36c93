// SPDX-License-Identifier: Apache-2.0
// A type of Flink's SQL (org.apache.flink.table.types.logical).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "state/bytes/input.h"

namespace checkpointfs::state {

enum class SqlKind : uint8_t {
  kUnknown,
  kBoolean,
  kTinyInt,
  kSmallInt,
  kInt,
  kBigInt,
  kFloat,
  kDouble,
  kDecimal,  // precision, scale
  kDate,
  kTime,
  kTimestamp,            // precision
  kLocalZonedTimestamp,  // precision
  kZonedTimestamp,       // precision
  kIntervalYearMonth,
  kIntervalDayTime,
  kChar,
  kVarChar,
  kBinary,
  kVarBinary,
  kArray,     // members: the element
  kMultiset,  // members: the element
  kMap,       // members: key, value
  kRow,       // members: the fields; structured types, too
  kRaw,
  kNull,
};

struct LogicalType {
  struct Member {
    std::string name;
    std::shared_ptr<const LogicalType> type;
  };
  SqlKind kind = SqlKind::kUnknown;
  std::string class_name;  // kUnknown: the class of the Java object
  std::vector<Member> members;
  int32_t precision = 0;
  int32_t scale = 0;
  int32_t length = 0;
  bool nullable = true;
};

// "BIGINT", "DECIMAL(10, 2)", "ROW<id BIGINT, name VARCHAR(20)>"; VARCHAR(2147483647) is "STRING".
std::string to_string(const LogicalType& type);

// Reads a LogicalType that Java serialized, with its stream header AC ED 00 05, and stops behind it.
std::shared_ptr<const LogicalType> read_logical_type(Input& in);

}  // namespace checkpointfs::state
