// SPDX-License-Identifier: Apache-2.0
// JavaWalker: walks a Java serialisation stream without knowing its classes.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/byte_cursor.h"
namespace checkpointfs::flink {

// Java Object Serialization Specification, chapter 6.
enum class JavaType : uint8_t {
  kNull = 0x70,
  kReference = 0x71,
  kClassDesc = 0x72,
  kObject = 0x73,
  kString = 0x74,
  kArray = 0x75,
  kClass = 0x76,
  kBlockData = 0x77,
  kEndBlockData = 0x78,
  kReset = 0x79,
  kBlockDataLong = 0x7A,
  kException = 0x7B,
  kLongString = 0x7C,
  kProxyClassDesc = 0x7D,
  kEnum = 0x7E,
};

// Flags of a class descriptor.
constexpr uint8_t kWriteMethod = 0x01;
constexpr uint8_t kSerializable = 0x02;
constexpr uint8_t kExternalizable = 0x04;
constexpr uint8_t kBlockDataMode = 0x08;

struct JavaField {
  char type = 0;  // B C D F I J S Z L [
  std::string_view name;
};

using ClassIndex = uint32_t;  // of a descriptor that was read
constexpr ClassIndex kNoClass = UINT32_MAX;

struct JavaClass {
  std::string_view name;
  uint8_t flags = 0;
  std::vector<JavaField> fields;
  ClassIndex super = kNoClass;
  int supers = 0;         // length of the chain
  bool complete = false;  // read to its end: no class is its own superclass
};

// stream:   int 0xACED0005 | content
// content:  70                                                       null
//           71 int handle                                            what had that number
//           72 class_desc
//           73 class (72, 71 or 70) | data of its classes, super first     object
//           74 UTF | 7C long length, bytes                           string
//           75 class | int size | size x value                       array
//           76 class                                                 class object
//           7E class | content (a string)                            enum constant
// Class descriptors, objects, strings, arrays, class objects and constants are numbered from 0x7E0000 in the
// order in which they begin.
// Functions that read an object or a constant return its class, kNoClass for null and all else.
class JavaWalker {
 public:
  explicit JavaWalker(base::ByteCursor& in) : in_(in) {}

  // Walks a stream of one object of class `root_class`, or null, to its end. Returns the name of the class of
  // the object's field `field`; empty without such an object, and after an error.
  std::string_view field_class(std::string_view root_class, std::string_view field);

  // Walks a stream of one object of class `root_class` to its end. Returns the strings in it that end with
  // `ending`, each as often as it was written; the bytes are those of modified UTF-8.
  std::vector<std::string_view> strings(std::string_view root_class, std::string_view ending);

 private:
  enum class Kind : uint8_t { kClass, kString, kOther };
  struct Handle {
    ClassIndex desc = kNoClass;  // kClass: the descriptor itself; kOther: the class of the value
    Kind kind = Kind::kOther;
  };

  struct Wanted {
    std::string_view field;
    ClassIndex found = kNoClass;  // the class of its value
  };

  void root(std::string_view root_class, Wanted* wanted);
  ClassIndex content();
  ClassIndex content_of(JavaType type, uint64_t offset);
  ClassIndex new_object();
  ClassIndex value(char type);
  void array();
  void annotation();
  void string();
  void new_string();
  void new_long_string();
  const Handle* reference();
  void number(Kind kind, ClassIndex desc) { handles_.push_back({desc, kind}); }
  std::string_view utf(const char* field);
  void fail_type(uint64_t offset, const char* field, uint8_t type, const char* wanted);

  ClassIndex class_desc();
  ClassIndex new_class_desc();
  void fields(JavaClass& desc);
  void class_data(ClassIndex desc, Wanted* wanted);
  void values(ClassIndex desc, Wanted* wanted);

  // Flink's properties are four deep, and a completed checkpoint less than forty.
  static constexpr int kMaxDepth = 32;
  static constexpr int kMaxDepthOfStrings = 128;

  base::ByteCursor& in_;
  std::vector<JavaClass> classes_;
  std::vector<Handle> handles_;
  int depth_ = 0;
  int max_depth_ = kMaxDepth;
  std::string_view ending_;  // of the strings to find; "" for none
  std::vector<std::string_view> strings_;
};

}  // namespace checkpointfs::flink
