// SPDX-License-Identifier: Apache-2.0
// Objects of Kryo that the samples lack: mostly such as no Flink writes.
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/state/values/reading.h"

namespace checkpointfs::state {
namespace {

using test::json_of_hex;

// 57: the class 85, the first of the snapshot; 03: String; 02: int; 01: a name.
const TypePtr kList = test::kryo({"java.util.ArrayList", "", "com.acme.Order"});
const TypePtr kMap = test::kryo({"java.util.HashMap"});

TEST(KryoValues, null_has_no_object) {
  EXPECT_EQ(json_of_hex("00", kList), "null");
  EXPECT_EQ(json_of_hex("57 00", kList), "null");
}

TEST(KryoValues, objects_are_numbered_in_the_order_in_which_they_begin) {
  // ["bb", "cc", the first, the second]: the list is object 0.
  EXPECT_EQ(json_of_hex("57 01 04  03 01 62E2  03 01 63E3  03 03  03 04", kList), R"(["bb","cc","bb","cc"])");
}

TEST(KryoValues, a_number_of_no_object_is_damage) {
  EXPECT_EQ(json_of_hex("57 01 01 03 07", kList),
            "damaged: offset 4, object: number 7 is no object of this class");
  // Object 0 is the list itself, no string.
  EXPECT_EQ(json_of_hex("57 01 01 03 02", kList),
            "damaged: offset 4, object: number 2 is no object of this class");
}

TEST(KryoValues, a_name_has_a_number_from_then_on) {
  const std::string vector = "10 6A6176612E7574696C2E566563746FF2";  // java.util.Vector, without its length
  EXPECT_EQ(json_of_hex("57 01 02  01 00" + vector.substr(2) + " 01 00  01 00 01 00", kList), "[[],[]]");
  EXPECT_EQ(json_of_hex("57 01 01  01 05", kList),
            "damaged: offset 4, number of the class name: number 5 after 0");
}

TEST(KryoValues, classes_with_a_serializer_of_the_user_are_opaque) {
  EXPECT_EQ(json_of_hex("58 01 00", kList), "opaque");
  EXPECT_EQ(json_of_hex("59 01 00", kList), "opaque");
  EXPECT_EQ(json_of_hex("99 01 01 00", kList), "opaque");
  const auto with_default = [](const TypePtr& type, std::string name) {
    return test::changed(type, [&](Type& changed) { changed.kryo_defaults = {std::move(name)}; });
  };
  EXPECT_EQ(json_of_hex("57 01 00", with_default(kList, "java.util.Collection")), "opaque");
  EXPECT_EQ(json_of_hex("57 01 00", with_default(kList, "com.acme.Order")), "[]");
}

TEST(KryoValues, maps_become_pairs_where_a_key_is_no_string_and_references_still_fit) {
  // [{1: "bb", "cc": null}, "bb"]: the map grows when its end is read.
  EXPECT_EQ(
      json_of_hex("57 01 03  01 00 6A6176612E7574696C2E486173684D61F0 01 02  02 02 03 01 62E2  03 01 63E3 00"
                  "  03 04  03 05",
                  kList),
      R"([[[1,"bb"],["cc",null]],"bb","cc"])");
}

TEST(KryoValues, collections_of_kryo_5_are_opaque) {
  const TypePtr list = test::changed(kList, [](Type& type) { type.kryo5 = true; });
  EXPECT_EQ(json_of_hex("57 01 00", list), "opaque");
  EXPECT_EQ(json_of_hex("03 01 62E2", list), R"("bb")");
  EXPECT_EQ(json_of_hex("08 FED4", list), "-11010");  // little-endian
}

TEST(KryoValues, strings_that_kryo_does_not_write_are_damage) {
  EXPECT_EQ(json_of_hex("03 01 82 FF", kList), "damaged: offset 4, string: no character of Kryo");
  EXPECT_EQ(json_of_hex("03 01 C0FFFFFFFF7F", kList).substr(0, 8), "damaged:");
  EXPECT_EQ(json_of_hex("03 01 80", kList), "null");
  EXPECT_EQ(json_of_hex("03 01 81", kList), R"("")");
}

TEST(KryoValues, numbers_that_are_too_long_are_damage) {
  EXPECT_EQ(json_of_hex("FFFFFFFFFF01", kList), "damaged: offset 0, class: more than 32 bits");
  EXPECT_EQ(json_of_hex("57 01 FFFFFFFF0F", kList), "damaged: offset 2, collection size: negative");
  // Nine bytes, all bits set: -2^63.
  EXPECT_EQ(json_of_hex("09 FFFFFFFFFFFFFFFFFF", kList), "-9223372036854775808");
}

}  // namespace
}  // namespace checkpointfs::state
