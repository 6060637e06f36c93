// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/key_hash.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <memory>
#include <string>

#include "tests/support/bytes.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;

TypePtr simple(TypeKind kind) {
  auto type = std::make_shared<Type>();
  type->kind = kind;
  return type;
}

TypePtr tuple(
    const std::vector<TypePtr>& fields,
    const std::string& snapshot = "org.apache.flink.api.java.typeutils.runtime.TupleSerializerSnapshot") {
  auto type = std::make_shared<Type>();
  type->kind = TypeKind::kTuple;
  type->snapshot_class = snapshot;
  for (const TypePtr& field : fields) type->members.push_back({"", field});
  return type;
}

std::optional<int32_t> hash(const std::string& key, const TypePtr& type) {
  return java_hash_code(key, *type);
}

std::string text(const std::string& ascii) {
  return Bytes().u8(static_cast<int>(ascii.size()) + 1).raw(ascii);
}

// The values follow the definitions in the documentation of java.lang.
TEST(JavaHashCode, of_boxed_numbers_and_strings) {
  EXPECT_EQ(hash("\x01", simple(TypeKind::kBoolean)), 1231);
  EXPECT_EQ(hash(std::string(1, '\0'), simple(TypeKind::kBoolean)), 1237);
  EXPECT_EQ(hash("\xFF", simple(TypeKind::kByte)), -1);
  EXPECT_EQ(hash(Bytes().i16(-2), simple(TypeKind::kShort)), -2);
  EXPECT_EQ(hash(Bytes().i16(0xFFFE), simple(TypeKind::kChar)), 0xFFFE);
  EXPECT_EQ(hash(Bytes().i32(-7), simple(TypeKind::kInt)), -7);
  EXPECT_EQ(hash(Bytes().i64(-1), simple(TypeKind::kLong)), 0);
  EXPECT_EQ(hash(Bytes().i64(int64_t{1} << 32), simple(TypeKind::kLong)), 1);
  EXPECT_EQ(hash(Bytes().i32(std::bit_cast<int32_t>(1.5f)), simple(TypeKind::kFloat)), 1069547520);
  EXPECT_EQ(hash(Bytes().i64(std::bit_cast<int64_t>(1.5)), simple(TypeKind::kDouble)), 1073217536);
  EXPECT_EQ(hash(Bytes().i64(std::bit_cast<int64_t>(-0.0)), simple(TypeKind::kDouble)),
            std::numeric_limits<int32_t>::min());
  // Each NaN is the one of doubleToLongBits.
  EXPECT_EQ(hash(Bytes().i64(0x7FF8000000000001), simple(TypeKind::kDouble)), 2146959360);
  EXPECT_EQ(hash(Bytes().i32(0x7FC00001), simple(TypeKind::kFloat)), 0x7FC00000);
  EXPECT_EQ(hash(text(""), simple(TypeKind::kString)), 0);
  EXPECT_EQ(hash(text("Hello"), simple(TypeKind::kString)), 69609650);
  EXPECT_EQ(hash(text("user-17"), simple(TypeKind::kString)), -147182744);
  // "é", and U+1F600, which is two units.
  EXPECT_EQ(hash(Bytes().hex("02 e9 01"), simple(TypeKind::kString)), 233);
  EXPECT_EQ(hash(Bytes().hex("03 bd b0 03 80 bc 03"), simple(TypeKind::kString)), 1772899);
}

TEST(JavaHashCode, of_tuples_is_that_of_their_fields) {
  const TypePtr type = tuple({simple(TypeKind::kString), simple(TypeKind::kInt)});
  EXPECT_EQ(hash(text("a") + Bytes().i32(5).str(), type), 31 * 97 + 5);
  EXPECT_EQ(
      hash(text("a") + Bytes().i32(5).str() + Bytes().i64(1).str(), tuple({type, simple(TypeKind::kLong)})),
      31 * (31 * 97 + 5) + 1);
}

TEST(JavaHashCode, is_unknown_where_the_class_decides) {
  EXPECT_FALSE(hash(Bytes().i32(1), simple(TypeKind::kEnum)));
  EXPECT_FALSE(hash("x", simple(TypeKind::kPojo)));
  EXPECT_FALSE(hash("", tuple({})));
  const std::string scala = "org.apache.flink.api.scala.typeutils.ScalaCaseClassSerializerSnapshot";
  EXPECT_FALSE(hash(Bytes().i32(1), tuple({simple(TypeKind::kInt)}, scala)));
  EXPECT_FALSE(hash(Bytes().i32(1), tuple({simple(TypeKind::kEnum)})));
  // Not a key of the type.
  EXPECT_FALSE(hash("abc", simple(TypeKind::kInt)));
  EXPECT_FALSE(hash("abcde", simple(TypeKind::kInt)));
  EXPECT_FALSE(hash(std::string(1, '\0'), simple(TypeKind::kString)));
}

// The key groups that Flink gave these keys are in tests/data/state-*.
TEST(KeyGroup, is_that_of_flink) {
  const TypePtr string = simple(TypeKind::kString);
  EXPECT_EQ(key_group_of(text("user-9"), *string, 128), 1);
  EXPECT_EQ(key_group_of(text("user-8"), *string, 128), 105);
  EXPECT_EQ(key_group_of(text("user-4"), *string, 128), 119);
  EXPECT_EQ(key_group_of(Bytes().i32(3).str(), *simple(TypeKind::kInt), 128), 113);
  const TypePtr pair = tuple({string, simple(TypeKind::kInt)});
  EXPECT_EQ(key_group_of(text("user-5") + Bytes().i32(1).str(), *pair, 128), 115);
  EXPECT_EQ(key_group_of(text("user-9") + Bytes().i32(1).str(), *pair, 128), 126);
  EXPECT_FALSE(key_group_of(text("user-9"), *string, 0));
  for (int32_t code : {0, 1, -1, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()}) {
    EXPECT_GE(murmur_hash(code), 0);
  }
}

}  // namespace
}  // namespace checkpointfs::state
