// SPDX-License-Identifier: Apache-2.0
// Snapshots of classes that are not Flink's.
#include "state/types/unknown_snapshot.h"

#include <string>

#include <gtest/gtest.h>

#include "state/types/readable.h"
#include "state/types/serializer_snapshot.h"
#include "tests/support/bytes.h"
#include "tests/unit/state/types/snapshot_bytes.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;

const std::string kCustom = "com.acme.OrderSerializer$OrderSerializerSnapshot";

// Reads one type; the input may go on behind it.
TypePtr first_type(Input& in) {
  TypePtr type = read_type(in, Writer::kFlink2);
  EXPECT_TRUE(in.ok()) << base::to_string(in.error());
  return type;
}

TEST(UnknownSnapshot, one_without_a_body_ends_where_the_next_snapshot_begins) {
  const std::string map = "org.apache.flink.api.common.typeutils.base.MapSerializerSnapshot";
  const TypePtr type = test::type_of(test::snapshot(
      map, 3, test::composite_body(1, "", {test::snapshot(kCustom, 3), test::base_snapshot("Int")})));
  EXPECT_EQ(to_string(*type), "Map<" + kCustom + ", Integer>");
  EXPECT_EQ(readable(*type), Readable::kPartly);
  EXPECT_EQ(unreadable_reason(*type),
            "The form of the values is not known: their serializer is described by " + kCustom + ".");
}

TEST(UnknownSnapshot, one_without_a_body_ends_where_a_state_s_description_goes_on) {
  const std::string ends[] = {
      Bytes().utf("VALUE_SERIALIZER").i32(2).raw(test::base_snapshot("Int")),
      Bytes()
          .utf("next state")
          .i32(0)
          .i32(1)
          .utf("KEYED_STATE_TYPE")
          .utf("VALUE")
          .i32(2)
          .utf("NAMESPACE_SERIALIZER"),
      Bytes().i16(1).utf("first state").i32(3).i32(0).i32(1).utf("VALUE_SERIALIZER"),
      Bytes().i16(0),
      "",
  };
  for (const std::string& end : ends) {
    const std::string bytes = test::snapshot(kCustom, 3) + end;
    Input in(bytes);
    EXPECT_EQ(to_string(*first_type(in)), kCustom);
    EXPECT_EQ(in.offset(), bytes.size() - end.size());
  }
}

TEST(UnknownSnapshot, one_that_names_the_class_of_its_values_is_named_so) {
  const std::string bytes =
      test::snapshot(kCustom, 2, Bytes().utf("com.acme.Order").str()) + test::base_snapshot("Int");
  Input in(bytes);
  EXPECT_EQ(to_string(*first_type(in)), "com.acme.Order");
  EXPECT_EQ(first_type(in)->kind, TypeKind::kInt);
}

TEST(UnknownSnapshot, a_composite_ends_behind_its_nested_snapshots) {
  const std::string bytes =
      test::snapshot(kCustom, 3,
                     test::composite_body(7, std::string(20'000, 'x'), {test::base_snapshot("Int")})) +
      "rest";
  Input in(bytes);
  EXPECT_EQ(to_string(*first_type(in)), kCustom);
  EXPECT_EQ(in.offset(), bytes.size() - 4);
}

TEST(UnknownSnapshot, one_with_a_body_of_its_own_fails_at_its_class) {
  const std::string body = "a body of its own";
  EXPECT_EQ(test::error_of(test::snapshot(kCustom, 3, body)),
            "offset 0, serializer_snapshot: " + kCustom + " is not known, and does not say where it ends");
  // Nested: the error names the place of the inner one.
  const std::string list = "org.apache.flink.api.common.typeutils.base.ListSerializerSnapshot";
  const std::string inner = test::snapshot(kCustom, 3, body);
  const std::string outer = test::snapshot(list, 3, test::composite_body(1, "", {inner}));
  EXPECT_EQ(test::error_of(outer), "offset " + std::to_string(outer.size() - inner.size()) +
                                       ", serializer_snapshot: " + kCustom +
                                       " is not known, and does not say where it ends");
}

TEST(UnknownSnapshot, the_same_bytes_can_be_read_again_after_the_error) {
  const std::string bytes = test::snapshot(kCustom, 3, "a body of its own") + test::base_snapshot("Int");
  Input in(bytes);
  in.mark();
  read_type(in, Writer::kFlink1);
  EXPECT_FALSE(in.ok());
  in.rewind();
  in.skip(in.peek(bytes.size()).find(test::base_snapshot("Int")), "unknown");
  EXPECT_EQ(first_type(in)->kind, TypeKind::kInt);
}

TEST(UnknownSnapshot, in_a_pojo_it_costs_one_field) {
  const TypePtr type = test::type_of(test::pojo_snapshot(
      "com.acme.Order",
      {{"a", test::snapshot(kCustom, 9, "anything")}, {"b", test::base_snapshot("Int")}, {"c", ""}}));
  ASSERT_EQ(type->members.size(), 3u);
  EXPECT_EQ(type->members[0].type->kind, TypeKind::kOpaque);
  EXPECT_EQ(to_string(*type->members[0].type), kCustom);
  EXPECT_EQ(type->members[1].type->kind, TypeKind::kInt);
  EXPECT_EQ(type->members[2].type->kind, TypeKind::kOpaque);
  EXPECT_EQ(readable(*type), Readable::kPartly);
}

TEST(UnknownSnapshot, a_subclass_without_a_description_is_opaque) {
  const std::string missing = Bytes()
                                  .utf("com.acme.Order")
                                  .raw(test::optional_map({}))
                                  .raw(Bytes().i64(0x4F2C69A3D70).i32(1).utf("com.acme.Special").u8(0).u8(0))
                                  .raw(test::optional_map({}))
                                  .str();
  const TypePtr type = test::type_of(
      test::snapshot("org.apache.flink.api.java.typeutils.runtime.PojoSerializerSnapshot", 2, missing));
  ASSERT_EQ(type->subclasses.size(), 1u);
  EXPECT_EQ(type->subclasses[0].type->kind, TypeKind::kOpaque);
  EXPECT_EQ(unreadable_reason(*type), "Values of the subclass com.acme.Special cannot be read.");
}

}  // namespace
}  // namespace checkpointfs::state
