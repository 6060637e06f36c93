// SPDX-License-Identifier: Apache-2.0
// Objects that Java's own serialization wrote, with the values of their fields.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "java/grammar.h"
#include "state/bytes/input.h"

namespace checkpointfs::state {

struct JavaNode;

struct JavaValue {
  int64_t number = 0;                // of the types B C I J S Z; the bits of D and F
  const JavaNode* object = nullptr;  // of L and [; null is null
};

struct JavaNode {
  using Kind = java::Kind;
  struct Field {
    std::string_view name;
    JavaValue value;
  };
  Kind kind = Kind::kObject;
  std::string_view class_name;  // kClass: the class itself; empty for a string
  std::string text;             // kString, modified UTF-8; kEnum: the name of the constant
  std::vector<Field> fields;    // the superclass's first
  // kArray: the elements, unless they are numbers; kObject: the objects that its writeObject() added.
  std::vector<const JavaNode*> elements;

  // Null if there is no such field.
  const JavaValue* field(std::string_view name) const;
  // The object in a field; null, too, if there is no such field.
  const JavaNode* object(std::string_view name) const;
};

// Owns all objects of a stream. Objects may refer to each other in rings.
struct JavaObjects {
  std::deque<std::string> names;  // of classes and fields
  std::deque<JavaNode> nodes;
  const JavaNode* root = nullptr;  // null is null
};

// Reads a stream of one object with its header AC ED 00 05, and stops behind it. After an error of `in` the
// objects are worth nothing. Bounds the depth (200), and the number of values (one million).
JavaObjects read_java_object(Input& in);

}  // namespace checkpointfs::state
