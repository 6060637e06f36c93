// SPDX-License-Identifier: Apache-2.0
#include "flink/java_walker.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/text/hex.h"
#include "base/text/message.h"
#include "flink/java_utf.h"

namespace checkpointfs::flink {
namespace {

constexpr int32_t kStreamHeader = static_cast<int32_t>(0xACED0005);  // magic, version 5
constexpr int32_t kFirstHandle = 0x7E0000;
constexpr std::string_view kFieldTypes = "BCDFIJSZL[";

}  // namespace

std::string_view JavaWalker::field_class(std::string_view root_class, std::string_view field) {
  Wanted wanted{field, kNoClass};
  root(root_class, &wanted);
  return in_.ok() && wanted.found != kNoClass ? classes_[wanted.found].name : std::string_view();
}

std::vector<std::string_view> JavaWalker::strings(std::string_view root_class, std::string_view ending) {
  max_depth_ = kMaxDepthOfStrings;
  ending_ = ending;
  root(root_class, nullptr);
  return in_.ok() ? std::move(strings_) : std::vector<std::string_view>();
}

void JavaWalker::root(std::string_view root_class, Wanted* wanted) {
  const uint64_t start = in_.offset();
  const int32_t header = in_.i32("stream_header");
  if (in_.ok() && header != kStreamHeader) {
    in_.fail(start, "stream_header", "no Java serialisation stream (AC ED 00 05) where the properties begin");
  }
  const uint64_t offset = in_.offset();
  const uint8_t type = in_.u8("object");
  if (!in_.ok() || type == static_cast<uint8_t>(JavaType::kNull)) return;
  if (type != static_cast<uint8_t>(JavaType::kObject)) {
    fail_type(offset, "object", type, "an object or null");
    return;
  }
  const ClassIndex desc = class_desc();
  if (in_.ok() && (desc == kNoClass || classes_[desc].name != root_class)) {
    in_.fail(offset, "class",
             base::format("not an object of class {}", root_class.substr(root_class.rfind('.') + 1)));
  }
  if (!in_.ok()) return;
  number(Kind::kOther, desc);
  class_data(desc, wanted);
}

ClassIndex JavaWalker::content() {
  const uint64_t offset = in_.offset();
  const auto type = static_cast<JavaType>(in_.u8("type"));
  if (!in_.ok()) return kNoClass;
  if (++depth_ > max_depth_) {
    in_.fail(offset, "type", base::format("objects nested more than {} deep", max_depth_));
    return kNoClass;
  }
  const ClassIndex result = content_of(type, offset);
  --depth_;
  return result;
}

ClassIndex JavaWalker::content_of(JavaType type, uint64_t offset) {
  switch (type) {
    case JavaType::kNull:
      return kNoClass;
    case JavaType::kReference: {
      const Handle* handle = reference();
      return handle != nullptr && handle->kind == Kind::kOther ? handle->desc : kNoClass;
    }
    case JavaType::kClassDesc:
      new_class_desc();
      return kNoClass;
    case JavaType::kObject:
      return new_object();
    case JavaType::kString:
      new_string();
      return kNoClass;
    case JavaType::kLongString:
      new_long_string();
      return kNoClass;
    case JavaType::kArray:
      array();
      return kNoClass;
    case JavaType::kClass:
      class_desc();
      number(Kind::kOther, kNoClass);
      return kNoClass;
    case JavaType::kEnum: {
      const ClassIndex desc = class_desc();
      number(Kind::kOther, desc);
      string();
      return desc;
    }
    case JavaType::kReset:
    case JavaType::kBlockData:
    case JavaType::kBlockDataLong:
    case JavaType::kEndBlockData:
    case JavaType::kException:
    case JavaType::kProxyClassDesc:
      break;
  }
  fail_type(offset, "type", static_cast<uint8_t>(type), "an object");
  return kNoClass;
}

ClassIndex JavaWalker::new_object() {
  const uint64_t offset = in_.offset();
  const ClassIndex desc = class_desc();
  if (in_.ok() && desc == kNoClass) in_.fail(offset, "class", "an object without a class");
  if (!in_.ok()) return kNoClass;
  number(Kind::kOther, desc);
  class_data(desc, nullptr);
  return desc;
}

ClassIndex JavaWalker::value(char type) {
  switch (type) {
    case 'B':
    case 'Z':
      in_.u8("value");
      return kNoClass;
    case 'C':
    case 'S':
      in_.bytes(2, "value");
      return kNoClass;
    case 'F':
    case 'I':
      in_.bytes(4, "value");
      return kNoClass;
    case 'D':
    case 'J':
      in_.bytes(8, "value");
      return kNoClass;
    case 'L':
    case '[':
      return content();
    default:
      in_.fail("value", "unknown type");
      return kNoClass;
  }
}

// The class of an array is called "[" and the type of its elements.
void JavaWalker::array() {
  const uint64_t offset = in_.offset();
  const ClassIndex desc = class_desc();
  number(Kind::kOther, desc);
  if (in_.ok() && (desc == kNoClass || classes_[desc].name.size() < 2 || classes_[desc].name[0] != '[')) {
    in_.fail(offset, "class", "an array of no array class");
  }
  if (!in_.ok()) return;
  const char type = classes_[desc].name[1];
  const uint32_t size = in_.count(1, "array_size");
  for (uint32_t i = 0; i < size && in_.ok(); ++i) value(type);
}

// annotation: any number of (77 byte length, bytes | 7A int length, bytes | content), then 78
void JavaWalker::annotation() {
  while (in_.ok()) {
    base::ByteCursor peek = in_;
    switch (static_cast<JavaType>(peek.u8("annotation"))) {
      case JavaType::kEndBlockData:
        in_ = peek;
        return;
      case JavaType::kBlockData: {
        in_ = peek;
        const uint8_t length = in_.u8("block");
        in_.bytes(length, "block");
        break;
      }
      case JavaType::kBlockDataLong:
        in_ = peek;
        in_.block("block");
        break;
      default:
        content();
    }
  }
}

// A string, or a reference to one.
void JavaWalker::string() {
  const uint64_t offset = in_.offset();
  const uint8_t type = in_.u8("string");
  if (!in_.ok()) return;
  if (type == static_cast<uint8_t>(JavaType::kString)) return new_string();
  if (type == static_cast<uint8_t>(JavaType::kLongString)) return new_long_string();
  if (type == static_cast<uint8_t>(JavaType::kReference)) {
    const Handle* handle = reference();
    if (handle != nullptr && handle->kind != Kind::kString) {
      in_.fail(offset, "string", "a reference to no string");
    }
    return;
  }
  fail_type(offset, "string", type, "a string");
}

void JavaWalker::new_string() {
  number(Kind::kString, kNoClass);
  const std::string_view text = utf("string");
  if (!ending_.empty() && text.ends_with(ending_)) strings_.push_back(text);
}

void JavaWalker::new_long_string() {
  number(Kind::kString, kNoClass);
  const uint64_t offset = in_.offset();
  const int64_t length = in_.i64("string");
  if (length < 0) in_.fail(offset, "string", base::format("negative length {}", length));
  in_.bytes(static_cast<uint64_t>(length), "string");
}

// class: 70 | 71 handle of a descriptor | 72 class_desc
ClassIndex JavaWalker::class_desc() {
  const uint64_t offset = in_.offset();
  const uint8_t type = in_.u8("class");
  if (!in_.ok() || type == static_cast<uint8_t>(JavaType::kNull)) return kNoClass;
  if (type == static_cast<uint8_t>(JavaType::kClassDesc)) return new_class_desc();
  if (type != static_cast<uint8_t>(JavaType::kReference)) {
    fail_type(offset, "class", type, "a class descriptor");
    return kNoClass;
  }
  const Handle* handle = reference();
  if (handle == nullptr) return kNoClass;
  if (handle->kind != Kind::kClass || !classes_[handle->desc].complete) {
    in_.fail(offset, "class", "a reference to what is not a class descriptor");
    return kNoClass;
  }
  return handle->desc;
}

// class_desc:
//   UTF name | long serial_version_uid | byte flags
//   short count | count x (byte type | UTF name | for types L and [: a string, the name of its class)
//   annotation
//   class super
ClassIndex JavaWalker::new_class_desc() {
  const uint64_t offset = in_.offset();
  const auto index = static_cast<ClassIndex>(classes_.size());
  classes_.emplace_back();
  JavaClass desc;
  desc.name = utf("class_name");
  in_.i64("serial_version_uid");
  number(Kind::kClass, index);
  desc.flags = in_.u8("class_flags");
  fields(desc);
  annotation();
  if (in_.ok() && ++depth_ > max_depth_) {
    in_.fail(offset, "class", base::format("classes nested more than {} deep", max_depth_));
  }
  if (in_.ok()) desc.super = class_desc();
  --depth_;
  if (in_.ok() && desc.super != kNoClass) desc.supers = classes_[desc.super].supers + 1;
  if (desc.supers > kMaxDepth) {
    in_.fail(offset, "class", base::format("more than {} superclasses", kMaxDepth));
  }
  desc.complete = true;
  classes_[index] = std::move(desc);
  return index;
}

void JavaWalker::fields(JavaClass& desc) {
  const uint64_t offset = in_.offset();
  const int high = in_.u8("fields");
  const int count = high << 8 | in_.u8("fields");
  if (count > INT16_MAX) in_.fail(offset, "fields", base::format("negative count {}", count - 65536));
  for (int i = 0; i < count && in_.ok(); ++i) {
    const uint64_t type_offset = in_.offset();
    JavaField field;
    field.type = static_cast<char>(in_.u8("field_type"));
    field.name = utf("field_name");
    if (!in_.ok()) return;
    if (kFieldTypes.find(field.type) == std::string_view::npos) {
      in_.fail(type_offset, "field_type",
               base::format("unknown type {}", static_cast<int>(static_cast<uint8_t>(field.type))));
      return;
    }
    if (field.type == 'L' || field.type == '[') string();
    desc.fields.push_back(field);
  }
}

// The data of the superclass comes first. `wanted`: null, or the field to look out for.
void JavaWalker::class_data(ClassIndex index, Wanted* wanted) {
  if (const ClassIndex super = classes_[index].super; super != kNoClass) class_data(super, wanted);
  if (!in_.ok()) return;
  const uint8_t flags = classes_[index].flags;
  if ((flags & kSerializable) != 0 && (flags & kExternalizable) == 0) {
    values(index, wanted);
    if ((flags & kWriteMethod) != 0) annotation();
  } else if ((flags & kExternalizable) != 0 && (flags & kBlockDataMode) != 0) {
    annotation();
  } else {
    in_.fail("class", "an object of a class whose data has no known layout");
  }
}

void JavaWalker::values(ClassIndex index, Wanted* wanted) {
  // Uses the index: reading a value may add classes.
  for (size_t i = 0; i < classes_[index].fields.size() && in_.ok(); ++i) {
    const JavaField field = classes_[index].fields[i];
    const ClassIndex read = value(field.type);
    if (wanted != nullptr && field.name == wanted->field) wanted->found = read;
  }
}

// Null after an error.
const JavaWalker::Handle* JavaWalker::reference() {
  const uint64_t offset = in_.offset();
  const int64_t index = int64_t{in_.i32("reference")} - kFirstHandle;
  if (!in_.ok()) return nullptr;
  if (index >= 0 && index < static_cast<int64_t>(handles_.size())) {
    return &handles_[static_cast<size_t>(index)];
  }
  in_.fail(offset, "reference", "to nothing that came before");
  return nullptr;
}

std::string_view JavaWalker::utf(const char* field) {
  const uint64_t offset = in_.offset();
  const std::string_view text = in_.utf(field);
  if (!is_java_utf(text)) in_.fail(offset, field, "not modified UTF-8");
  return text;
}

void JavaWalker::fail_type(uint64_t offset, const char* field, uint8_t type, const char* wanted) {
  const std::string digits = base::hex_digits({reinterpret_cast<const char*>(&type), 1});
  in_.fail(offset, field, base::format("type 0x{} where {} should be", digits, wanted));
}

}  // namespace checkpointfs::flink
