// SPDX-License-Identifier: Apache-2.0
// Java serialisation streams made by chance: see src/java/grammar.h for the grammar.
#include <string>

#include "tests/fuzz/generator.h"
#include "tests/support/bytes.h"

namespace checkpointfs::fuzz {
namespace {

using test::Bytes;

constexpr int kWriteMethod = 1;
constexpr int kSerializable = 2;
constexpr char kAnnotation = '@';  // among the types of values

struct JavaClass {
  Bytes desc;
  std::string values;  // types of what an object of it consists of, superclass first
};

Bytes any_content(Random& random, int depth);

Bytes any_reference(Random& random) {
  return Bytes().u8(0x71).i32(0x7E0000 + static_cast<int>(random.below(12)));
}

Bytes any_string(Random& random) {
  switch (random.below(4)) {
    case 0:
      return Bytes().u8(0x7C).i64(3).raw("abc");
    case 1:
      return any_reference(random);
    default:
      return Bytes().u8(0x74).utf("text");
  }
}

Bytes any_annotation(Random& random, int depth) {
  Bytes out;
  for (size_t items = random.below(3); items > 0; --items) {
    switch (random.below(3)) {
      case 0:
        out.u8(0x77).u8(2).raw("ab");
        break;
      case 1:
        out.u8(0x7A).block("abc");
        break;
      default:
        out.raw(any_content(random, depth - 1));
    }
  }
  return out.u8(0x78);
}

JavaClass any_class(Random& random, const std::string& name, int depth) {
  static const std::string types = "BCDFIJSZL[";
  const bool annotated = random.one_in(4);
  std::string own(random.below(4), ' ');
  Bytes desc;
  desc.u8(0x72).utf(name).i64(1).u8(kSerializable | (annotated ? kWriteMethod : 0));
  desc.i16(static_cast<int>(own.size()));
  for (char& type : own) {
    type = types[random.below(types.size())];
    desc.u8(type).utf(random.one_in(4) ? "checkpointType" : "field");
    if (type == 'L' || type == '[') desc.raw(any_string(random));
  }
  if (annotated) own.push_back(kAnnotation);
  desc.raw(random.one_in(8) ? any_annotation(random, depth) : Bytes().u8(0x78));
  if (depth > 0 && random.one_in(3)) {
    const JavaClass super = any_class(random, "Super", depth - 1);
    return {desc.raw(super.desc), super.values + own};
  }
  return {random.one_in(6) ? desc.raw(any_reference(random)) : desc.u8(0x70), own};
}

Bytes any_value(Random& random, char type, int depth) {
  switch (type) {
    case 'B':
    case 'Z':
      return Bytes().u8(1);
    case 'C':
    case 'S':
      return Bytes().i16(1);
    case 'F':
    case 'I':
      return Bytes().i32(1);
    case 'D':
    case 'J':
      return Bytes().i64(1);
    case kAnnotation:
      return any_annotation(random, depth);
    default:
      return any_content(random, depth - 1);
  }
}

Bytes any_object(Random& random, const std::string& class_name, int depth) {
  const JavaClass made = any_class(random, class_name, depth);
  Bytes out = Bytes().u8(0x73).raw(made.desc);
  for (const char type : made.values) out.raw(any_value(random, type, depth));
  return out;
}

Bytes any_array(Random& random, int depth) {
  static const std::string types = "BCDFIJSZL[?";
  const char type = types[random.below(types.size())];
  const size_t size = random.below(4);
  Bytes out = Bytes().u8(0x75).u8(0x72).utf(std::string("[") + type).i64(1).u8(kSerializable).i16(0);
  out.u8(0x78).u8(0x70).i32(static_cast<int>(size));
  for (size_t i = 0; i < size; ++i) out.raw(any_value(random, type, depth));
  return out;
}

Bytes any_content(Random& random, int depth) {
  switch (random.below(depth > 0 ? 9 : 4)) {
    case 0:
      return Bytes().u8(0x70);
    case 1:
      return any_reference(random);
    case 2:
    case 3:
      return any_string(random);
    case 4:
      return any_class(random, "A", depth).desc;
    case 5:
      return Bytes().u8(0x76).raw(any_class(random, "B", depth).desc);
    case 6:
      return Bytes().u8(0x7E).raw(any_class(random, "Enum", depth).desc).raw(any_string(random));
    case 7:
      return any_array(random, depth);
    default:
      return any_object(random, "org.apache.flink.runtime.checkpoint.SavepointType", depth);
  }
}

}  // namespace

std::string any_properties(Random& random) {
  const int depth = random.one_in(50) ? 40 : 3;
  return Bytes()
      .i32(0xACED0005)
      .raw(any_object(random, "org.apache.flink.runtime.checkpoint.CheckpointProperties", depth));
}

}  // namespace checkpointfs::fuzz
