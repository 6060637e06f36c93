// SPDX-License-Identifier: Apache-2.0
#include "state/types/logical_type.h"

#include <string>

#include <gtest/gtest.h>

#include "state/types/serializer_snapshot.h"
#include "tests/support/bytes.h"
#include "tests/unit/state/serializer_samples.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;

std::shared_ptr<const LogicalType> sql_of(const std::string& name) {
  const test::SerializerSample& sample = test::serializer_sample(name);
  Input in(sample.snapshot);
  return read_type(in, sample.writer)->sql;
}

const LogicalType& field(const LogicalType& row, size_t index) {
  return *row.members.at(index).type;
}

TEST(LogicalType, each_type_has_its_own_measures) {
  const auto numbers = sql_of("2.3.0: row of numbers");
  EXPECT_EQ(field(*numbers, 7).kind, SqlKind::kDecimal);
  EXPECT_EQ(field(*numbers, 7).precision, 5);
  EXPECT_EQ(field(*numbers, 7).scale, 2);
  EXPECT_FALSE(field(*numbers, 3).nullable);
  EXPECT_TRUE(field(*numbers, 4).nullable);
  EXPECT_EQ(field(*sql_of("2.3.0: row of texts"), 1).length, 20);
  EXPECT_EQ(field(*sql_of("2.3.0: row of times"), 5).precision, 9);
}

TEST(LogicalType, members_have_names_and_types) {
  const auto row = sql_of("1.20.5: row of collections");
  const LogicalType& map = field(*row, 2);
  EXPECT_EQ(map.members.at(0).name, "key");
  EXPECT_EQ(map.members.at(0).type->kind, SqlKind::kVarChar);
  EXPECT_EQ(map.members.at(1).type->kind, SqlKind::kInt);
  const LogicalType& inner = field(*row, 5);
  EXPECT_EQ(inner.kind, SqlKind::kRow);
  EXPECT_EQ(inner.members.at(1).name, "b");
  EXPECT_EQ(inner.members.at(1).type->members.at(0).type->kind, SqlKind::kTimestamp);
  EXPECT_EQ(field(*row, 6).class_name, "java.lang.String");
}

TEST(LogicalType, long_texts_have_short_names) {
  LogicalType text;
  text.kind = SqlKind::kVarChar;
  text.length = INT32_MAX;
  EXPECT_EQ(to_string(text), "STRING");
  text.length = 7;
  text.nullable = false;
  EXPECT_EQ(to_string(text), "VARCHAR(7) NOT NULL");
  text.kind = SqlKind::kVarBinary;
  text.length = INT32_MAX;
  EXPECT_EQ(to_string(text), "BYTES NOT NULL");
  LogicalType unknown;
  unknown.class_name = "com.acme.Type";
  EXPECT_EQ(to_string(unknown), "com.acme.Type");
}

const std::string kSql = "org.apache.flink.table.types.logical.";

// A stream with one object of a class of SQL.
Bytes sql_object(std::string_view class_name) {
  return Bytes().hex("ACED0005 73 72").utf(kSql + std::string(class_name)).i64(1).u8(0x02);
}

Bytes object_field(std::string_view name) {
  return Bytes().raw("L").utf(name).u8(0x74).utf("Ljava/lang/Object;");
}

TEST(LogicalType, a_distinct_type_is_the_type_that_it_names) {
  const std::string bytes = sql_object("DistinctType")
                                .i16(1)
                                .raw(object_field("sourceType"))
                                .hex("78 70 73 72")
                                .utf(kSql + "BigIntType")
                                .i64(1)
                                .u8(0x02)
                                .i16(0)
                                .hex("78 70");
  Input in(bytes);
  EXPECT_EQ(read_logical_type(in)->kind, SqlKind::kBigInt);
  EXPECT_TRUE(in.at_end());
}

TEST(LogicalType, a_class_that_is_not_known_is_named) {
  const std::string bytes = sql_object("HologramType").i16(0).hex("78 70");
  Input in(bytes);
  const auto type = read_logical_type(in);
  EXPECT_EQ(type->kind, SqlKind::kUnknown);
  EXPECT_EQ(to_string(*type), kSql + "HologramType");
}

TEST(LogicalType, an_array_without_a_type_is_an_error) {
  const std::string bytes = sql_object("ArrayType").i16(1).raw(object_field("elementType")).hex("78 70 70");
  Input in(bytes);
  read_logical_type(in);
  ASSERT_FALSE(in.ok());
  EXPECT_EQ(base::to_string(in.error()), "offset 0, logical_type: null instead of a type of SQL");
}

TEST(LogicalType, an_array_of_itself_is_an_error) {
  // 7E0000 the descriptor, 7E0001 the name of the field's class, 7E0002 the array.
  const std::string bytes =
      sql_object("ArrayType").i16(1).raw(object_field("elementType")).hex("78 70 71 007E0002");
  Input in(bytes);
  read_logical_type(in);
  ASSERT_FALSE(in.ok());
  EXPECT_EQ(in.error().reason, "types nested more than 64 deep");
}

TEST(LogicalType, a_few_objects_cannot_stand_for_more_types_than_there_is_memory) {
  // Each map has the next one as its key and as its value: 2^40 types.
  Bytes bytes = sql_object("MapType")
                    .i16(2)
                    .raw(object_field("keyType"))
                    .raw(Bytes().raw("L").utf("valueType").u8(0x71).i32(0x7E0001));
  bytes.hex("78 70");
  const int depth = 40;
  for (int i = 0; i < depth; ++i) bytes.u8(0x73).u8(0x71).i32(0x7E0000);
  bytes.u8(0x70).u8(0x70);
  // 7E0002 is the first map; the key of map i is map i + 1, and so is its value.
  for (int i = depth; i > 0; --i) bytes.u8(0x71).i32(0x7E0002 + i);
  const std::string text = bytes;
  Input in(text);
  read_logical_type(in);
  ASSERT_FALSE(in.ok());
  EXPECT_NE(in.error().reason, "types nested more than 64 deep");
}

}  // namespace
}  // namespace checkpointfs::state
