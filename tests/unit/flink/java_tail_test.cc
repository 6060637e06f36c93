// SPDX-License-Identifier: Apache-2.0
#include "flink/java_tail.h"

#include <gtest/gtest.h>

#include "tests/support/bytes.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::flink {
namespace {

using test::Bytes;
using namespace std::string_view_literals;

constexpr std::string_view kProperties = "org.apache.flink.runtime.checkpoint.CheckpointProperties";

// The problem of the stream, or "" if it was read to its end.
std::string problem_of(const std::string& bytes) {
  base::ByteCursor in(bytes);
  read_java_tail(in);
  if (!in.ok()) return in.error().field + ": " + in.error().reason;
  return in.at_end() ? "" : "bytes are left";
}

SnapshotKind kind_of(const std::string& bytes) {
  base::ByteCursor in(bytes);
  return read_java_tail(in);
}

// A stream of one properties object with one field, called `checkpointType`, and whatever is its value.
Bytes with_value(const Bytes& value, std::string_view annotation = "\x78") {
  Bytes out;
  out.hex("ACED0005 73 72").utf(kProperties).i64(2).u8(2).i16(1);
  out.raw("L").utf("checkpointType").u8(0x74).utf("Ljava/lang/Object;");
  return out.raw(annotation).u8(0x70).raw(value);
}

// A class descriptor without fields, annotation and superclass.
Bytes plain_class(std::string_view name, int flags = 2) {
  return Bytes().u8(0x72).utf(name).i64(1).u8(flags).i16(0).u8(0x78).u8(0x70);
}

TEST(JavaTail, kind_follows_from_the_class_of_the_type) {
  EXPECT_EQ(kind_of(test::checkpoint_properties(SnapshotKind::kCheckpoint)), SnapshotKind::kCheckpoint);
  EXPECT_EQ(kind_of(test::checkpoint_properties(SnapshotKind::kSavepoint)), SnapshotKind::kSavepoint);
  EXPECT_EQ(kind_of(test::null_properties()), SnapshotKind::kUnknown);
  EXPECT_EQ(kind_of(with_value(Bytes().u8(0x73).raw(plain_class("org.example.Other")))),
            SnapshotKind::kUnknown);
  EXPECT_EQ(kind_of(with_value(Bytes().u8(0x70))), SnapshotKind::kUnknown);
}

TEST(JavaTail, kind_is_not_fooled_by_a_name_elsewhere) {
  const Bytes name = Bytes().u8(0x74).utf("org.apache.flink.runtime.checkpoint.SavepointType");
  EXPECT_EQ(problem_of(with_value(name)), "");
  EXPECT_EQ(kind_of(with_value(name)), SnapshotKind::kUnknown);
}

TEST(JavaTail, whole_streams_are_read_to_their_end) {
  EXPECT_EQ(problem_of(test::checkpoint_properties(SnapshotKind::kCheckpoint)), "");
  EXPECT_EQ(problem_of(test::checkpoint_properties(SnapshotKind::kSavepoint)), "");
  EXPECT_EQ(problem_of(test::null_properties()), "");
}

TEST(JavaTail, truncation_is_noticed_at_every_byte) {
  for (const SnapshotKind kind : {SnapshotKind::kCheckpoint, SnapshotKind::kSavepoint}) {
    const std::string whole = test::checkpoint_properties(kind);
    for (size_t length = 0; length < whole.size(); ++length) {
      base::ByteCursor in(std::string_view(whole).substr(0, length));
      read_java_tail(in);
      ASSERT_FALSE(in.ok()) << length;
      EXPECT_TRUE(in.error().truncated) << length;
    }
  }
}

TEST(JavaTail, values_of_every_kind_are_walked_over) {
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x7C).i64(3).raw("abc"))), "");  // long string
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x75).raw(plain_class("[B")).i32(2).raw("xy"))), "");  // bytes
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x75).raw(plain_class("[[I")).i32(1).u8(0x70))), "");
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x76).raw(plain_class("A")))), "");  // class object
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x7E).raw(plain_class("E", 0x12)).u8(0x74).utf("ONE"))), "");
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x71).i32(0x7E0002))), "");  // the properties themselves
  const Bytes numbers = Bytes().u8(0x72).utf("N").i64(1).u8(2).i16(8);
  Bytes fields;
  for (const char type : std::string_view("BCDFIJSZ")) fields.raw(std::string(1, type)).utf("f");
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x73).raw(numbers).raw(fields).u8(0x78).u8(0x70).raw(
                std::string(1 + 2 + 8 + 4 + 4 + 8 + 2 + 1, '\0')))),
            "");
}

TEST(JavaTail, annotations_and_written_data_are_walked_over) {
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x70), "\x77\x02xy\x70\x74\x00\x00\x78"sv)), "");
}

TEST(JavaTail, data_of_classes_that_write_their_own_is_walked_over) {
  const Bytes block = Bytes().u8(0x77).u8(2).raw("xy").u8(0x7A).i32(1).raw("z").u8(0x78);
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x73).raw(plain_class("W", 0x03)).raw(block))), "");
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x73).raw(plain_class("X", 0x0C)).raw(block))), "");
}

TEST(JavaTail, superclasses_come_first) {
  const Bytes base = Bytes().u8(0x72).utf("B").i64(1).u8(2).i16(1).raw("I").utf("i").u8(0x78).u8(0x70);
  const Bytes derived = Bytes().u8(0x72).utf("D").i64(1).u8(2).i16(1).raw("Z").utf("z").u8(0x78).raw(base);
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x73).raw(derived).i32(7).u8(1))), "");
}

TEST(JavaTail, what_cannot_be_walked_is_refused) {
  EXPECT_EQ(problem_of(Bytes().hex("ACED0006 70")),
            "java_header: no Java serialisation stream (AC ED 00 05) begins here");
  EXPECT_EQ(problem_of(Bytes().hex("ACED0005 74 0000")),
            "java_object: not an object of class CheckpointProperties");
  EXPECT_EQ(problem_of(Bytes().hex("ACED0005 73").raw(plain_class("java.lang.Object"))),
            "java_object: not an object of class CheckpointProperties");
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x7B))),
            "java_object: type 0x7b where an object should be");  // exception
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x7D))),
            "java_object: type 0x7d where an object should be");  // proxy class
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x00))), "java_object: type 0x00 where an object should be");
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x73).u8(0x70))), "java_class: an object without a class");
  // Externalizable in the first protocol: only the class itself knows where its data ends.
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x73).raw(plain_class("X", 0x04)))),
            "java_class: an object of a class whose data has no known layout");
}

TEST(JavaTail, references_must_lead_back) {
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x71).i32(0x7E0003))),
            "java_reference: to nothing that came before");
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x71).i32(-1))), "java_reference: to nothing that came before");
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x73).u8(0x71).i32(0x7E0001))),
            "java_class: a reference to what is not a class descriptor");
}

TEST(JavaTail, class_that_is_its_own_superclass_is_refused) {
  const Bytes self = Bytes().u8(0x72).utf("S").i64(1).u8(2).i16(0).u8(0x78).u8(0x71).i32(0x7E0003);
  EXPECT_EQ(problem_of(with_value(Bytes().u8(0x73).raw(self))),
            "java_superclass: a reference to what is not a class descriptor");
}

TEST(JavaTail, depth_is_limited_for_objects_classes_and_superclasses) {
  Bytes objects;  // arrays in arrays
  for (int i = 0; i < 1000; ++i) objects.u8(0x75).raw(plain_class("[L")).i32(1);
  EXPECT_NE(problem_of(with_value(objects)).find("nested more than 32 deep"), std::string::npos);

  Bytes nested;  // each the superclass of the one before
  for (int i = 0; i < 1000; ++i) nested.u8(0x72).utf("C").i64(1).u8(2).i16(0).u8(0x78);
  EXPECT_NE(problem_of(with_value(Bytes().u8(0x73).raw(nested))).find("nested more than 32 deep"),
            std::string::npos);

  Bytes chain;  // one after the other, each with the last one as its superclass
  chain.u8(0x75).raw(plain_class("[L")).i32(1000).raw(plain_class("C"));
  for (int i = 0; i < 999; ++i) {
    chain.u8(0x72).utf("C").i64(1).u8(2).i16(0).u8(0x78).u8(0x71).i32(0x7E0005 + i);
  }
  EXPECT_EQ(problem_of(with_value(chain)), "java_class: more than 32 superclasses");
}

}  // namespace
}  // namespace checkpointfs::flink
