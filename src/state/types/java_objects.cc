// SPDX-License-Identifier: Apache-2.0
#include "state/types/java_objects.h"

#include <algorithm>
#include <utility>

#include "base/text/message.h"
#include "flink/java_utf.h"
#include "flink/java_walker.h"

namespace checkpointfs::state {
namespace {

using flink::JavaType;

constexpr int32_t kStreamHeader = static_cast<int32_t>(0xACED0005);  // magic, version 5
constexpr int64_t kFirstHandle = 0x7E0000;
// A row in a row is five deep.
constexpr int kMostJavaDepth = 200;
constexpr int kMostSupers = 32;
constexpr size_t kMostJavaValues = size_t{1} << 20;

struct JavaClass {
  struct Field {
    char type = 0;
    std::string_view name;
  };
  std::string_view name;
  uint8_t flags = 0;
  std::vector<Field> fields;
  const JavaClass* super = nullptr;
  int supers = 0;
  bool complete = false;  // read to its end: no class is its own superclass
};

// The grammar stands in flink/java_walker.h.
class JavaReader {
 public:
  JavaReader(Input& in, JavaObjects& objects) : in_(in), objects_(objects) {}

  void read() {
    const uint64_t start = in_.offset();
    if (in_.i32("java_header") != kStreamHeader && in_.ok()) {
      in_.fail(start, "java_header", "no Java serialisation stream (AC ED 00 05) begins here");
    }
    if (in_.ok()) objects_.root = content(in_.u8("java_object"));
  }

 private:
  struct Handle {
    const JavaClass* desc = nullptr;  // of a descriptor
    const JavaNode* node = nullptr;   // of all else
  };

  // The depth of objects and classes; fails if they are nested too deep.
  class Deeper {
   public:
    explicit Deeper(JavaReader& reader) : reader_(reader) {
      if (++reader_.depth_ > kMostJavaDepth) {
        reader_.in_.fail("java_object", base::format("objects nested more than {} deep", kMostJavaDepth));
      }
    }
    ~Deeper() { --reader_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    JavaReader& reader_;
  };

  const JavaNode* content(uint8_t type);
  JavaNode* number(JavaNode::Kind kind, std::string_view class_name);
  const JavaNode* reference();
  const Handle* handle();
  const JavaNode* object();
  const JavaNode* array();
  const JavaNode* string(uint64_t length);
  const JavaNode* constant();
  JavaValue value(char type);
  void annotation(JavaNode* owner);
  void class_data(const JavaClass& desc, JavaNode& node);

  const JavaClass* class_desc(const char* field);
  const JavaClass* new_class_desc();
  void fields(JavaClass& desc);
  std::string_view utf(const char* field);
  bool spend();

  Input& in_;
  JavaObjects& objects_;
  std::deque<JavaClass> classes_;
  std::vector<Handle> handles_;
  size_t spent_ = 0;
  int depth_ = 0;
};

// Null for null, for a descriptor, and after an error.
const JavaNode* JavaReader::content(uint8_t type) {
  const Deeper deeper(*this);
  if (!in_.ok()) return nullptr;
  switch (static_cast<JavaType>(type)) {
    case JavaType::kNull:
      return nullptr;
    case JavaType::kReference:
      return reference();
    case JavaType::kClassDesc:
      new_class_desc();
      return nullptr;
    case JavaType::kObject:
      return object();
    case JavaType::kString:
      return string(in_.u16("java_string"));
    case JavaType::kLongString:
      return string(static_cast<uint64_t>(in_.i64("java_string")));
    case JavaType::kArray:
      return array();
    case JavaType::kClass: {
      const JavaClass* desc = class_desc("java_class");
      return number(JavaNode::Kind::kClass, desc == nullptr ? std::string_view() : desc->name);
    }
    case JavaType::kEnum:
      return constant();
    case JavaType::kReset:
    case JavaType::kBlockData:
    case JavaType::kBlockDataLong:
    case JavaType::kEndBlockData:
    case JavaType::kException:
    case JavaType::kProxyClassDesc:
      break;
  }
  in_.fail("java_object", base::format("type {} where an object should be", static_cast<int>(type)));
  return nullptr;
}

// A new object with the next handle.
JavaNode* JavaReader::number(JavaNode::Kind kind, std::string_view class_name) {
  spend();
  JavaNode& node = objects_.nodes.emplace_back();
  node.kind = kind;
  node.class_name = class_name;
  handles_.push_back({nullptr, &node});
  return &node;
}

const JavaReader::Handle* JavaReader::handle() {
  const uint64_t start = in_.offset();
  const int64_t index = int64_t{in_.i32("java_reference")} - kFirstHandle;
  if (!in_.ok()) return nullptr;
  if (index >= 0 && index < static_cast<int64_t>(handles_.size()))
    return &handles_[static_cast<size_t>(index)];
  in_.fail(start, "java_reference", "to nothing that came before");
  return nullptr;
}

const JavaNode* JavaReader::reference() {
  const Handle* found = handle();
  return found == nullptr ? nullptr : found->node;
}

const JavaNode* JavaReader::object() {
  const uint64_t start = in_.offset();
  const JavaClass* desc = class_desc("java_class");
  if (in_.ok() && desc == nullptr) in_.fail(start, "java_class", "an object without a class");
  if (!in_.ok()) return nullptr;
  JavaNode* node = number(JavaNode::Kind::kObject, desc->name);
  class_data(*desc, *node);
  return node;
}

// The class of an array is called "[" and the type of its elements.
const JavaNode* JavaReader::array() {
  const uint64_t start = in_.offset();
  const JavaClass* desc = class_desc("java_class");
  if (in_.ok() && (desc == nullptr || desc->name.size() < 2 || desc->name[0] != '[')) {
    in_.fail(start, "java_class", "an array of no array class");
  }
  if (!in_.ok()) return nullptr;
  JavaNode* node = number(JavaNode::Kind::kArray, desc->name);
  const char type = desc->name[1];
  const uint32_t size = in_.count(1, "java_array");
  for (uint32_t i = 0; i < size && in_.ok(); ++i) {
    const JavaValue element = value(type);
    if (type != 'L' && type != '[') continue;
    if (spend()) node->elements.push_back(element.object);
  }
  return node;
}

const JavaNode* JavaReader::string(uint64_t length) {
  JavaNode* node = number(JavaNode::Kind::kString, {});
  node->text = in_.bytes(length, "java_string");
  return node;
}

const JavaNode* JavaReader::constant() {
  const JavaClass* desc = class_desc("java_class");
  if (!in_.ok()) return nullptr;
  JavaNode* node = number(JavaNode::Kind::kEnum, desc == nullptr ? std::string_view() : desc->name);
  const JavaNode* name = content(in_.u8("java_constant"));
  if (name != nullptr) node->text = name->text;
  return node;
}

JavaValue JavaReader::value(char type) {
  switch (type) {
    case 'B':
      return {in_.i8("java_value"), nullptr};
    case 'Z':
      return {in_.boolean("java_value") ? 1 : 0, nullptr};
    case 'C':
      return {in_.u16("java_value"), nullptr};
    case 'S':
      return {in_.i16("java_value"), nullptr};
    case 'F':
    case 'I':
      return {in_.i32("java_value"), nullptr};
    case 'D':
    case 'J':
      return {in_.i64("java_value"), nullptr};
    case 'L':
    case '[':
      return {0, content(in_.u8("java_value"))};
    default:
      in_.fail("java_value", "unknown type");
      return {};
  }
}

// annotation: any number of (77 byte length, bytes | 7A int length, bytes | content), then 78
void JavaReader::annotation(JavaNode* owner) {
  while (in_.ok()) {
    const uint8_t type = in_.u8("java_annotation");
    switch (static_cast<JavaType>(type)) {
      case JavaType::kEndBlockData:
        return;
      case JavaType::kBlockData:
        in_.skip(in_.u8("java_block"), "java_block");
        break;
      case JavaType::kBlockDataLong:
        in_.skip(in_.count(1, "java_block"), "java_block");
        break;
      default: {
        const JavaNode* added = content(type);
        if (owner != nullptr && spend()) owner->elements.push_back(added);
      }
    }
  }
}

// class: 70 | 71 handle of a descriptor | 72 class_desc
const JavaClass* JavaReader::class_desc(const char* field) {
  const Deeper deeper(*this);
  const uint64_t start = in_.offset();
  const auto type = static_cast<JavaType>(in_.u8(field));
  if (!in_.ok() || type == JavaType::kNull) return nullptr;
  if (type == JavaType::kClassDesc) return new_class_desc();
  if (type != JavaType::kReference) {
    in_.fail(start, field, base::format("type {} where a class should be", static_cast<int>(type)));
    return nullptr;
  }
  const Handle* found = handle();
  if (found == nullptr) return nullptr;
  if (found->desc == nullptr || !found->desc->complete) {
    in_.fail(start, field, "a reference to what is not a class");
    return nullptr;
  }
  return found->desc;
}

const JavaClass* JavaReader::new_class_desc() {
  JavaClass& desc = classes_.emplace_back();
  desc.name = objects_.class_names.emplace_back(utf("java_class"));
  in_.i64("java_class");
  handles_.push_back({&desc, nullptr});
  desc.flags = in_.u8("java_class");
  fields(desc);
  annotation(nullptr);
  if (in_.ok()) desc.super = class_desc("java_superclass");
  if (desc.super != nullptr) desc.supers = desc.super->supers + 1;
  if (desc.supers > kMostSupers) in_.fail("java_superclass", "too many superclasses");
  desc.complete = true;
  return &desc;
}

void JavaReader::fields(JavaClass& desc) {
  const int count = in_.i16("java_fields");
  if (count < 0) in_.fail("java_fields", base::format("negative count {}", count));
  for (int i = 0; i < count && in_.ok() && spend(); ++i) {
    JavaClass::Field field;
    field.type = static_cast<char>(in_.u8("java_field"));
    field.name = objects_.field_names.emplace_back(utf("java_field"));
    // A string: the class of the field.
    if (field.type == 'L' || field.type == '[') content(in_.u8("java_field"));
    desc.fields.push_back(field);
  }
}

// The data of the superclass comes first.
void JavaReader::class_data(const JavaClass& desc, JavaNode& node) {
  if (desc.super != nullptr) class_data(*desc.super, node);
  const bool external = (desc.flags & flink::kExternalizable) != 0;
  if ((desc.flags & flink::kSerializable) != 0 && !external) {
    for (const JavaClass::Field& field : desc.fields) {
      if (!in_.ok() || !spend()) return;
      const JavaValue read = value(field.type);
      node.fields.push_back({field.name, read});
    }
    if ((desc.flags & flink::kWriteMethod) != 0) annotation(&node);
  } else if (external && (desc.flags & flink::kBlockDataMode) != 0) {
    annotation(&node);
  } else {
    in_.fail("java_class", "an object of a class whose data has no known layout");
  }
}

std::string_view JavaReader::utf(const char* field) {
  const uint64_t start = in_.offset();
  const std::string_view text = in_.utf(field);
  if (!flink::is_java_utf(text)) in_.fail(start, field, "not modified UTF-8");
  return text;
}

bool JavaReader::spend() {
  if (++spent_ <= kMostJavaValues) return true;
  in_.fail("java_object", base::format("more than {} values", kMostJavaValues));
  return false;
}

}  // namespace

const JavaValue* JavaNode::field(std::string_view name) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
  return found == fields.end() ? nullptr : &found->value;
}

const JavaNode* JavaNode::object(std::string_view name) const {
  const JavaValue* found = field(name);
  return found == nullptr ? nullptr : found->object;
}

JavaObjects read_java_object(Input& in) {
  JavaObjects objects;
  JavaReader(in, objects).read();
  return objects;
}

}  // namespace checkpointfs::state
