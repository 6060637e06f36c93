// SPDX-License-Identifier: Apache-2.0
#include "flink/java_walker.h"

#include <string>
#include <string_view>

#include "base/text/message.h"
#include "flink/java_utf.h"

namespace checkpointfs::flink {
namespace {

constexpr int32_t kFirstHandle = 0x7E0000;

}  // namespace

ClassIndex JavaWalker::content() {
  const uint64_t offset = in_.offset();
  const auto type = static_cast<JavaType>(in_.u8("type"));
  if (!in_.ok()) return kNoClass;
  if (++depth_ > kMaxDepth) {
    in_.fail(offset, "type", base::format("objects nested more than {} deep", kMaxDepth));
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
  utf("string");
}

void JavaWalker::new_long_string() {
  number(Kind::kString, kNoClass);
  const uint64_t offset = in_.offset();
  const int64_t length = in_.i64("string");
  if (length < 0) in_.fail(offset, "string", base::format("negative length {}", length));
  in_.bytes(static_cast<uint64_t>(length), "string");
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
  static constexpr std::string_view kDigits = "0123456789abcdef";
  const std::string hex = {kDigits[type >> 4], kDigits[type & 0x0F]};
  in_.fail(offset, field, base::format("type 0x{} where {} should be", hex, wanted));
}

}  // namespace checkpointfs::flink
