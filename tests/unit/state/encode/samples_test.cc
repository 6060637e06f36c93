// SPDX-License-Identifier: Apache-2.0
// JSON of values that real Flinks wrote, back to their bytes.
#include "state/encode/encode.h"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/state/serializer_samples.h"
#include "tests/unit/state/values/reading.h"

namespace checkpointfs::state {
namespace {

// Kinds that no key has.
const std::set<TypeKind> kNoKeys = {
    TypeKind::kTry,           TypeKind::kBufferEntry,
    TypeKind::kStreamElement, TypeKind::kTwoPhaseCommit,
    TypeKind::kTtl,           TypeKind::kTimer,
    TypeKind::kKryo,          TypeKind::kRawValueData,
    TypeKind::kDeweyNumber,   TypeKind::kEventId,
    TypeKind::kNodeId,        TypeKind::kSharedBufferEdge,
    TypeKind::kLockable,      TypeKind::kSharedBufferNode,
    TypeKind::kNfaState,
};

bool is_key(const Type& type) {
  return kNoKeys.count(type.kind) == 0 &&
         std::all_of(type.members.begin(), type.members.end(),
                     [](const TypeMember& member) { return is_key(*member.type); });
}

TEST(SampleValues, their_json_becomes_their_bytes) {
  int values = 0;
  for (const test::SerializerSample& sample : test::serializer_samples()) {
    SCOPED_TRACE(sample.name);
    const TypePtr type = test::type_of(sample);
    if (!is_key(*type)) continue;
    for (const test::SampleValue& value : sample.values) {
      if (!value.opaque.empty()) continue;
      const base::Result<std::string> bytes = value_from_json(value.json, *type);
      if (!bytes.has_value()) {
        ADD_FAILURE() << value.json << ": " << to_string(bytes.error());
        continue;
      }
      EXPECT_EQ(test::hex_string(*bytes), test::hex_string(value.bytes)) << value.json;
      ++values;
    }
  }
  EXPECT_GT(values, 200);
}

TEST(SampleValues, types_that_no_key_has_are_refused_by_name) {
  const test::SerializerSample& sample = test::serializer_sample("1.20.5: POJO with a date");
  const base::Result<std::string> bytes = value_from_json(sample.values.front().json, *test::type_of(sample));
  ASSERT_FALSE(bytes.has_value());
  EXPECT_EQ(
      to_string(bytes.error()),
      "offset 8, Kryo<java.time.LocalDate>: expected a value of another type: this one cannot be given as JSON");
}

}  // namespace
}  // namespace checkpointfs::state
