// SPDX-License-Identifier: Apache-2.0
#include "state/types/type.h"

#include <memory>

#include <gtest/gtest.h>

#include "state/types/readable.h"

namespace checkpointfs::state {
namespace {

TypePtr made(TypeKind kind, const std::vector<TypePtr>& members = {}) {
  auto type = std::make_shared<Type>();
  type->kind = kind;
  for (const TypePtr& member : members) type->members.push_back({"", member});
  return type;
}

TypePtr kryo(const std::string& class_name, Writer writer) {
  auto type = std::make_shared<Type>();
  type->kind = TypeKind::kKryo;
  type->class_name = class_name;
  type->kryo5 = writer == Writer::kFlink2;
  return type;
}

TEST(Type, a_tuple_has_a_fixed_length_if_each_field_has_bytes_of_a_fixed_length) {
  const TypePtr number = made(TypeKind::kInt);
  EXPECT_EQ(fixed_length(*made(TypeKind::kTuple, {number, number})), 8);
  EXPECT_EQ(fixed_length(*made(TypeKind::kTuple, {number, made(TypeKind::kString)})), -1);
  // TupleSerializerBase takes no bytes for an unknown number of bytes.
  EXPECT_EQ(fixed_length(*made(TypeKind::kTuple, {number, made(TypeKind::kNullValue)})), -1);
  EXPECT_EQ(fixed_length(*made(TypeKind::kTimer, {number, made(TypeKind::kVoidNamespace)})), 12);
}

TEST(Type, a_type_without_members_to_read_is_not_read) {
  const TypePtr opaque = made(TypeKind::kOpaque);
  const TypePtr number = made(TypeKind::kInt);
  EXPECT_EQ(readable(*made(TypeKind::kList, {opaque})), Readable::kNo);
  EXPECT_EQ(readable(*made(TypeKind::kTuple, {opaque, opaque})), Readable::kNo);
  EXPECT_EQ(readable(*made(TypeKind::kTuple, {opaque, number})), Readable::kPartly);
  EXPECT_EQ(readable(*made(TypeKind::kTuple, {number, number})), Readable::kYes);
  EXPECT_EQ(readable(*made(TypeKind::kTuple)), Readable::kYes);
}

TEST(Type, values_of_kryo_are_read_as_far_as_their_classes_are_known) {
  EXPECT_EQ(readable(*kryo("java.lang.String", Writer::kFlink1)), Readable::kYes);
  EXPECT_EQ(readable(*kryo("java.time.LocalDate", Writer::kFlink2)), Readable::kYes);
  EXPECT_EQ(readable(*kryo("java.util.HashMap", Writer::kFlink1)), Readable::kPartly);
  EXPECT_EQ(readable(*kryo("java.util.HashMap", Writer::kFlink2)), Readable::kNo);
  EXPECT_EQ(readable(*kryo("java.lang.Object", Writer::kFlink2)), Readable::kPartly);
  EXPECT_EQ(readable(*kryo("com.acme.Order", Writer::kFlink1)), Readable::kNo);
  EXPECT_EQ(unreadable_reason(*kryo("com.acme.Order", Writer::kFlink1)),
            "Kryo writes com.acme.Order, and the snapshot does not describe the class's fields.");
}

}  // namespace
}  // namespace checkpointfs::state
