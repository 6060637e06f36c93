// SPDX-License-Identifier: Apache-2.0
// The grammar of Java serialisation streams: the Java Object Serialization Specification, chapter 6.
//
// Flink writes some objects by Java's own serialisation: the properties at the end of its metadata, completed
// checkpoints of high availability, types of SQL in serializer snapshots. The classes are not known here; the
// stream describes them. This file reads any stream and hands over what it finds; walker.h finds single facts
// with it, and state/types/java_objects.h builds the objects. utf.h checks the encoding of names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/hex.h"
#include "base/text/message.h"
#include "java/utf.h"

namespace checkpointfs::java {

enum class TypeCode : uint8_t {
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

// A class descriptor.
struct Class {
  struct Field {
    char type = 0;  // B C D F I J S Z L [
    std::string_view name;
  };
  std::string_view name;
  uint8_t flags = 0;
  std::vector<Field> fields;
  const Class* super = nullptr;
  int supers = 0;         // length of the chain
  bool complete = false;  // read to its end: no class is its own superclass
};

enum class Kind : uint8_t { kObject, kString, kArray, kEnum, kClass };

struct Limits {
  int depth = 0;             // of objects in the root, and of classes
  size_t values = SIZE_MAX;  // objects, fields, and elements, together
  static constexpr int kSupers = 32;
};

// stream:     int 0xACED0005 | content
// content:    70                                                       null
//             71 int handle                                            what had that number
//             72 class_desc
//             73 class (72, 71 or 70) | data of its classes, super first     object
//             74 UTF | 7C long length, bytes                           string
//             75 class | int size | size x value                       array
//             76 class                                                 class object
//             7E class | content (a string)                            enum constant
// class:      70 | 71 handle of a descriptor | 72 class_desc
// class_desc: UTF name | long serial_version_uid | byte flags
//             short count | count x field | annotation | class super
// field:      byte type | UTF name | for types L and [: a string, the name of its class
// annotation: any number of (77 byte length, bytes | 7A int length, bytes | content), then 78
// Class descriptors, objects, strings, arrays, class objects and constants are numbered from 0x7E0000 in the
// order in which they begin.
//
// `In` is base::ByteCursor, or an input with its functions. `Sink` gets what is read:
//   Object                           a type that can be copied; Object{} is null
//   begin(Kind, const Class*)        returns a new object; a string has no class, and a class object is its
//                                    own, which may be null
//   text(Object, string_view)        of a string, modified UTF-8; the view ends with the call
//   constant(Object, Object)         an enum constant, and the string that is its name
//   field(Object, name, number, Object)   of an object: a number, or the bits of D and F, or an object
//   element(Object, Object)          of an array of objects; or added by an object's writeObject()
//   keep(string_view)                returns a view of the same name that lives as long as the grammar
template <typename In, typename Sink>
class Grammar {
 public:
  using Object = typename Sink::Object;

  Grammar(In& in, Sink& sink, Limits limits) : in_(in), sink_(sink), limits_(limits) {}

  // Reads a stream of one object, and stops behind it. Null after an error of the input, too.
  Object read() {
    const uint64_t start = in_.offset();
    if (in_.i32("java_header") != kStreamHeader && in_.ok()) {
      in_.fail(start, "java_header", "no Java serialisation stream (AC ED 00 05) begins here");
    }
    const uint64_t offset = in_.offset();
    const auto type = static_cast<TypeCode>(in_.u8("java_object"));
    return in_.ok() ? content_of(type, offset) : Object{};
  }

 private:
  static constexpr int32_t kStreamHeader = static_cast<int32_t>(0xACED0005);  // magic, version 5
  static constexpr int64_t kFirstHandle = 0x7E0000;

  struct Handle {
    const Class* desc = nullptr;  // of a descriptor
    Object object{};              // of all else
    bool is_string = false;
  };

  Object content() {
    const uint64_t start = in_.offset();
    return content(static_cast<TypeCode>(in_.u8("java_object")), start);
  }

  // Null for a descriptor.
  Object content(TypeCode type, uint64_t start) {
    if (!in_.ok()) return {};
    if (++depth_ > limits_.depth) {
      in_.fail(start, "java_object", base::format("objects nested more than {} deep", limits_.depth));
      return {};
    }
    const Object read = content_of(type, start);
    --depth_;
    return read;
  }

  Object content_of(TypeCode type, uint64_t start) {
    switch (type) {
      case TypeCode::kNull:
        return {};
      case TypeCode::kReference: {
        const Handle* found = reference();
        return found == nullptr ? Object{} : found->object;
      }
      case TypeCode::kClassDesc:
        new_class_desc();
        return {};
      case TypeCode::kObject:
        return object();
      case TypeCode::kString:
        return string(u16("java_string"));
      case TypeCode::kLongString:
        return string(static_cast<uint64_t>(in_.i64("java_string")));
      case TypeCode::kArray:
        return array();
      case TypeCode::kClass:
        return number(Kind::kClass, class_desc("java_class"));
      case TypeCode::kEnum:
        return constant();
      case TypeCode::kReset:
      case TypeCode::kBlockData:
      case TypeCode::kBlockDataLong:
      case TypeCode::kEndBlockData:
      case TypeCode::kException:
      case TypeCode::kProxyClassDesc:
        break;
    }
    fail_type(start, "java_object", type, "an object");
    return {};
  }

  Object object() {
    const uint64_t start = in_.offset();
    const Class* desc = class_desc("java_class");
    if (in_.ok() && desc == nullptr) in_.fail(start, "java_class", "an object without a class");
    if (!in_.ok()) return {};
    const Object made = number(Kind::kObject, desc);
    class_data(*desc, made);
    return made;
  }

  // The class of an array is called "[" and the type of its elements.
  Object array() {
    const uint64_t start = in_.offset();
    const Class* desc = class_desc("java_class");
    if (in_.ok() && (desc == nullptr || desc->name.size() < 2 || desc->name[0] != '[')) {
      in_.fail(start, "java_class", "an array of no array class");
    }
    if (!in_.ok()) return {};
    const Object made = number(Kind::kArray, desc);
    const char type = desc->name[1];
    const bool has_objects = type == 'L' || type == '[';
    const uint32_t size = in_.count(1, "java_array");
    for (uint32_t i = 0; i < size && in_.ok(); ++i) {
      const Value element = value(type);
      if (has_objects && spend()) sink_.element(made, element.object);
    }
    return made;
  }

  Object string(uint64_t length) {
    const Object made = number(Kind::kString, nullptr);
    const uint64_t start = in_.offset();
    const std::string_view text = in_.bytes(length, "java_string");
    if (!is_utf(text)) in_.fail(start, "java_string", "not modified UTF-8");
    if (in_.ok()) sink_.text(made, text);
    return made;
  }

  // A string, or a reference to one.
  Object string() {
    const uint64_t start = in_.offset();
    const auto type = static_cast<TypeCode>(in_.u8("java_string"));
    if (!in_.ok()) return {};
    if (type == TypeCode::kString) return string(u16("java_string"));
    if (type == TypeCode::kLongString) return string(static_cast<uint64_t>(in_.i64("java_string")));
    if (type != TypeCode::kReference) {
      fail_type(start, "java_string", type, "a string");
      return {};
    }
    const Handle* found = reference();
    if (found == nullptr) return {};
    if (!found->is_string) in_.fail(start, "java_string", "a reference to no string");
    return found->object;
  }

  Object constant() {
    const Class* desc = class_desc("java_class");
    const Object made = number(Kind::kEnum, desc);
    const Object name = string();
    if (in_.ok()) sink_.constant(made, name);
    return made;
  }

  struct Value {
    int64_t number = 0;
    Object object{};
  };

  Value value(char type) {
    switch (type) {
      case 'B':
        return {static_cast<int8_t>(in_.u8("java_value")), {}};
      case 'Z':
        return {in_.u8("java_value") != 0 ? 1 : 0, {}};
      case 'C':
        return {u16("java_value"), {}};
      case 'S':
        return {static_cast<int16_t>(u16("java_value")), {}};
      case 'F':
      case 'I':
        return {in_.i32("java_value"), {}};
      case 'D':
      case 'J':
        return {in_.i64("java_value"), {}};
      case 'L':
      case '[':
        return {0, content()};
      default:
        in_.fail("java_value", "unknown type");
        return {};
    }
  }

  // Adds objects in it to `owner`, if it has one.
  void annotation(const Object* owner) {
    while (in_.ok()) {
      const uint64_t start = in_.offset();
      const auto type = static_cast<TypeCode>(in_.u8("java_annotation"));
      if (type == TypeCode::kEndBlockData) return;
      if (type == TypeCode::kBlockData) {
        in_.bytes(in_.u8("java_block"), "java_block");
      } else if (type == TypeCode::kBlockDataLong) {
        in_.bytes(in_.count(1, "java_block"), "java_block");
      } else {
        const Object added = content(type, start);
        if (owner != nullptr && spend()) sink_.element(*owner, added);
      }
    }
  }

  // Null for null and after an error.
  const Class* class_desc(const char* field) {
    const uint64_t start = in_.offset();
    const auto type = static_cast<TypeCode>(in_.u8(field));
    if (!in_.ok() || type == TypeCode::kNull) return nullptr;
    if (type == TypeCode::kClassDesc) return new_class_desc();
    if (type != TypeCode::kReference) {
      fail_type(start, field, type, "a class descriptor");
      return nullptr;
    }
    const Handle* found = reference();
    if (found == nullptr) return nullptr;
    if (found->desc == nullptr || !found->desc->complete) {
      in_.fail(start, field, "a reference to what is not a class descriptor");
      return nullptr;
    }
    return found->desc;
  }

  const Class* new_class_desc() {
    const uint64_t start = in_.offset();
    Class& desc = classes_.emplace_back();
    desc.name = utf("java_class");
    in_.i64("java_class");
    handles_.push_back({&desc, {}, false});
    desc.flags = in_.u8("java_class");
    fields(desc);
    annotation(nullptr);
    if (++depth_ > limits_.depth) {
      in_.fail(start, "java_class", base::format("classes nested more than {} deep", limits_.depth));
    }
    if (in_.ok()) desc.super = class_desc("java_superclass");
    --depth_;
    if (desc.super != nullptr) desc.supers = desc.super->supers + 1;
    if (desc.supers > Limits::kSupers) {
      in_.fail(start, "java_class", base::format("more than {} superclasses", Limits::kSupers));
    }
    desc.complete = true;
    return &desc;
  }

  void fields(Class& desc) {
    const uint64_t start = in_.offset();
    const auto count = static_cast<int16_t>(u16("java_fields"));
    if (count < 0) in_.fail(start, "java_fields", base::format("negative count {}", count));
    for (int i = 0; i < count && in_.ok() && spend(); ++i) {
      const uint64_t field_start = in_.offset();
      Class::Field field;
      field.type = static_cast<char>(in_.u8("java_field"));
      field.name = utf("java_field");
      if (in_.ok() && std::string_view("BCDFIJSZL[").find(field.type) == std::string_view::npos) {
        in_.fail(field_start, "java_field",
                 base::format("unknown type {}", static_cast<int>(static_cast<uint8_t>(field.type))));
      }
      // A string: the class of the field.
      if (field.type == 'L' || field.type == '[') string();
      desc.fields.push_back(field);
    }
  }

  // The data of the superclass comes first.
  void class_data(const Class& desc, const Object& owner) {
    if (desc.super != nullptr) class_data(*desc.super, owner);
    const bool external = (desc.flags & kExternalizable) != 0;
    if ((desc.flags & kSerializable) != 0 && !external) {
      for (const Class::Field& field : desc.fields) {
        if (!in_.ok() || !spend()) return;
        const Value read = value(field.type);
        if (in_.ok()) sink_.field(owner, field.name, read.number, read.object);
      }
      if ((desc.flags & kWriteMethod) != 0) annotation(&owner);
    } else if (external && (desc.flags & kBlockDataMode) != 0) {
      annotation(&owner);
    } else {
      in_.fail("java_class", "an object of a class whose data has no known layout");
    }
  }

  // A new object with the next handle.
  Object number(Kind kind, const Class* desc) {
    if (!in_.ok() || !spend()) return {};
    const Object made = sink_.begin(kind, desc);
    handles_.push_back({nullptr, made, kind == Kind::kString});
    return made;
  }

  // Null after an error.
  const Handle* reference() {
    const uint64_t start = in_.offset();
    const int64_t index = int64_t{in_.i32("java_reference")} - kFirstHandle;
    if (!in_.ok()) return nullptr;
    if (index >= 0 && index < static_cast<int64_t>(handles_.size()))
      return &handles_[static_cast<size_t>(index)];
    in_.fail(start, "java_reference", "to nothing that came before");
    return nullptr;
  }

  uint16_t u16(const char* field) {
    const int high = in_.u8(field);
    return static_cast<uint16_t>(high << 8 | in_.u8(field));
  }

  std::string_view utf(const char* field) {
    const uint64_t start = in_.offset();
    const std::string_view text = in_.utf(field);
    if (!is_utf(text)) in_.fail(start, field, "not modified UTF-8");
    return sink_.keep(text);
  }

  bool spend() {
    if (++spent_ <= limits_.values) return true;
    in_.fail("java_object", base::format("more than {} values", limits_.values));
    return false;
  }

  void fail_type(uint64_t start, const char* field, TypeCode type, const char* wanted) {
    const auto byte = static_cast<char>(type);
    in_.fail(start, field,
             base::format("type 0x{} where {} should be", base::hex_digits({&byte, 1}), wanted));
  }

  In& in_;
  Sink& sink_;
  Limits limits_;
  std::deque<Class> classes_;
  std::vector<Handle> handles_;
  size_t spent_ = 0;
  int depth_ = 0;
};

}  // namespace checkpointfs::java
