// SPDX-License-Identifier: Apache-2.0
// Class descriptors, and the data of objects that follows from them.
#include <string_view>
#include <utility>

#include "base/text/message.h"
#include "flink/java_walker.h"

namespace checkpointfs::flink {
namespace {

constexpr std::string_view kFieldTypes = "BCDFIJSZL[";
constexpr std::string_view kTypeField = "checkpointType";

}  // namespace

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
  if (in_.ok() && ++depth_ > kMaxDepth) {
    in_.fail(offset, "class", base::format("classes nested more than {} deep", kMaxDepth));
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

// The data of the superclass comes first. `*checkpoint_type` receives the field of that name, unless null.
void JavaWalker::class_data(ClassIndex index, ClassIndex* checkpoint_type) {
  if (const ClassIndex super = classes_[index].super; super != kNoClass) class_data(super, checkpoint_type);
  if (!in_.ok()) return;
  const uint8_t flags = classes_[index].flags;
  if ((flags & kSerializable) != 0 && (flags & kExternalizable) == 0) {
    values(index, checkpoint_type);
    if ((flags & kWriteMethod) != 0) annotation();
  } else if ((flags & kExternalizable) != 0 && (flags & kBlockDataMode) != 0) {
    annotation();
  } else {
    in_.fail("class", "an object of a class whose data has no known layout");
  }
}

void JavaWalker::values(ClassIndex index, ClassIndex* checkpoint_type) {
  // By index: reading a value may add classes.
  for (size_t i = 0; i < classes_[index].fields.size() && in_.ok(); ++i) {
    const JavaField field = classes_[index].fields[i];
    const ClassIndex read = value(field.type);
    if (checkpoint_type != nullptr && field.name == kTypeField) *checkpoint_type = read;
  }
}

}  // namespace checkpointfs::flink
