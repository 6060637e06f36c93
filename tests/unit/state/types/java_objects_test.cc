// SPDX-License-Identifier: Apache-2.0
#include "state/types/java_objects.h"

#include <cstdint>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/support/bytes.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;

constexpr int kSerializable = 0x02;
constexpr int kWithWriteMethod = 0x03;

Bytes stream(const Bytes& object) {
  return Bytes().hex("ACED0005").raw(object);
}

// A descriptor; `fields` are type letters and names, as "I number".
Bytes class_desc(std::string_view name, int flags, const std::vector<std::string_view>& fields,
                 const Bytes& super) {
  Bytes desc = Bytes().u8(0x72).utf(name).i64(1).u8(flags).i16(static_cast<int>(fields.size()));
  for (const std::string_view field : fields) {
    desc.raw(field.substr(0, 1)).utf(field.substr(2));
    if (field[0] == 'L') desc.u8(0x74).utf("Ljava/lang/Object;");
  }
  return desc.u8(0x78).raw(super);
}

Bytes no_class() {
  return Bytes().u8(0x70);
}
Bytes string(std::string_view text) {
  return Bytes().u8(0x74).utf(text);
}

std::string error_in(const std::string& bytes) {
  Input in(bytes);
  read_java_object(in);
  return in.ok() ? "read" : base::to_string(in.error());
}

TEST(JavaObjects, fields_have_their_values_the_superclass_s_first) {
  const Bytes super = class_desc("Super", kSerializable, {"J big", "Z flag"}, no_class());
  const Bytes desc =
      class_desc("Sub", kSerializable, {"I number", "D fraction", "L text", "L nothing"}, super);
  const std::string bytes = stream(Bytes()
                                       .u8(0x73)
                                       .raw(desc)
                                       .i64(-5)
                                       .u8(1)
                                       .i32(-7)
                                       .i64(0x3FF0000000000000)
                                       .raw(string("words"))
                                       .u8(0x70))
                                .raw("rest");
  Input in(bytes);
  const JavaObjects objects = read_java_object(in);
  ASSERT_TRUE(in.ok()) << base::to_string(in.error());
  EXPECT_EQ(in.peek(10), "rest");
  const JavaNode& root = *objects.root;
  EXPECT_EQ(root.class_name, "Sub");
  ASSERT_EQ(root.fields.size(), 6u);
  EXPECT_EQ(root.fields[0].name, "big");
  EXPECT_EQ(root.field("big")->number, -5);
  EXPECT_EQ(root.field("flag")->number, 1);
  EXPECT_EQ(root.field("number")->number, -7);
  EXPECT_EQ(root.field("fraction")->number, 0x3FF0000000000000);
  EXPECT_EQ(root.object("text")->text, "words");
  EXPECT_EQ(root.object("nothing"), nullptr);
  EXPECT_EQ(root.field("missing"), nullptr);
}

TEST(JavaObjects, references_lead_to_the_same_object_even_in_a_ring) {
  const Bytes desc = class_desc("Ring", kSerializable, {"L next"}, no_class());
  // 7E0000 the descriptor, 7E0001 the name of the field's class, 7E0002 the object.
  const std::string bytes = stream(Bytes().u8(0x73).raw(desc).u8(0x71).i32(0x7E0002));
  Input in(bytes);
  const JavaObjects objects = read_java_object(in);
  ASSERT_TRUE(in.ok()) << base::to_string(in.error());
  EXPECT_EQ(objects.root->object("next"), objects.root);
}

TEST(JavaObjects, what_a_class_wrote_itself_follows_its_fields) {
  const Bytes desc = class_desc("List", kWithWriteMethod, {"I size"}, no_class());
  const std::string bytes = stream(Bytes()
                                       .u8(0x73)
                                       .raw(desc)
                                       .i32(2)
                                       .hex("77 04 00000002")
                                       .raw(string("a"))
                                       .raw(string("b"))
                                       .hex("7A 00000001 FF 78"));
  Input in(bytes);
  const JavaObjects objects = read_java_object(in);
  ASSERT_TRUE(in.ok()) << base::to_string(in.error());
  ASSERT_EQ(objects.root->elements.size(), 2u);
  EXPECT_EQ(objects.root->elements[1]->text, "b");
}

TEST(JavaObjects, arrays_classes_and_constants_are_read) {
  const Bytes constant = Bytes().u8(0x7E).raw(class_desc("Colour", 0x12, {}, no_class())).raw(string("RED"));
  const Bytes type = Bytes().u8(0x76).raw(class_desc("java.lang.String", kSerializable, {}, no_class()));
  const Bytes numbers =
      Bytes().u8(0x75).raw(class_desc("[I", kSerializable, {}, no_class())).i32(2).i32(1).i32(2);
  const std::string bytes = stream(Bytes()
                                       .u8(0x75)
                                       .raw(class_desc("[Ljava.lang.Object;", kSerializable, {}, no_class()))
                                       .i32(4)
                                       .raw(constant)
                                       .raw(type)
                                       .raw(numbers)
                                       .u8(0x70));
  Input in(bytes);
  const JavaObjects objects = read_java_object(in);
  ASSERT_TRUE(in.ok()) << base::to_string(in.error());
  EXPECT_TRUE(in.at_end());
  const std::vector<const JavaNode*>& elements = objects.root->elements;
  ASSERT_EQ(elements.size(), 4u);
  EXPECT_EQ(elements[0]->kind, JavaNode::Kind::kEnum);
  EXPECT_EQ(elements[0]->text, "RED");
  EXPECT_EQ(elements[1]->kind, JavaNode::Kind::kClass);
  EXPECT_EQ(elements[1]->class_name, "java.lang.String");
  EXPECT_EQ(elements[2]->class_name, "[I");
  EXPECT_EQ(elements[3], nullptr);
}

TEST(JavaObjects, damage_is_an_error_at_its_place) {
  EXPECT_EQ(error_in("ABCDE"),
            "offset 0, java_header: no Java serialisation stream (AC ED 00 05) begins here");
  EXPECT_EQ(error_in(stream(Bytes().u8(0x73).u8(0x70))), "offset 5, java_class: an object without a class");
  EXPECT_EQ(error_in(stream(Bytes().u8(0x71).i32(0x7E0000))),
            "offset 5, java_reference: to nothing that came before");
  EXPECT_EQ(error_in(stream(Bytes().u8(0x7B))), "offset 4, java_object: type 0x7b where an object should be");
  // An array of a class that is none, and one that is longer than the stream.
  EXPECT_EQ(error_in(stream(Bytes().u8(0x75).raw(class_desc("List", kSerializable, {}, no_class())))),
            "offset 5, java_class: an array of no array class");
  EXPECT_EQ(
      error_in(stream(Bytes().u8(0x75).raw(class_desc("[I", kSerializable, {}, no_class())).i32(INT32_MAX))),
      "offset 23, java_array: count 2147483647 needs at least 2147483647 bytes, 0 are left");
  EXPECT_EQ(error_in(stream(Bytes().u8(0x73).raw(class_desc("A", 0x04, {}, no_class())))),
            "offset 22, java_class: an object of a class whose data has no known layout");
}

TEST(JavaObjects, a_class_cannot_be_its_own_superclass) {
  EXPECT_EQ(error_in(stream(
                Bytes().u8(0x73).raw(class_desc("A", kSerializable, {}, Bytes().u8(0x71).i32(0x7E0000))))),
            "offset 21, java_superclass: a reference to what is not a class descriptor");
}

TEST(JavaObjects, nesting_has_a_limit) {
  const Bytes desc = class_desc("Node", kSerializable, {"L next"}, no_class());
  const auto nested = [&](int depth) {
    Bytes bytes = Bytes().u8(0x73).raw(desc);
    for (int i = 1; i < depth; ++i) bytes.u8(0x73).u8(0x71).i32(0x7E0000);
    return stream(bytes.u8(0x70)).str();
  };
  EXPECT_EQ(error_in(nested(100)), "read");
  EXPECT_NE(error_in(nested(100'000)).find("objects nested more than 200 deep"), std::string::npos);
}

TEST(JavaObjects, the_number_of_values_has_a_limit) {
  // Each byte is a null.
  const int32_t most = 1 << 20;
  const std::string bytes = stream(Bytes()
                                       .u8(0x75)
                                       .raw(class_desc("[Ljava.lang.Object;", kSerializable, {}, no_class()))
                                       .i32(most)
                                       .raw(std::string(static_cast<size_t>(most), '\x70')));
  EXPECT_NE(error_in(bytes).find("more than 1048576 values"), std::string::npos);
}

}  // namespace
}  // namespace checkpointfs::state
