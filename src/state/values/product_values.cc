// SPDX-License-Identifier: Apache-2.0
#include "state/values/product_values.h"

#include <array>
#include <optional>
#include <string>

#include "base/text/message.h"
#include "base/text/modified_utf8.h"
#include "state/values/bit_mask.h"

namespace checkpointfs::state {
namespace {

enum : uint8_t { kNullPojo = 1, kThisClass = 2, kSubclass = 4, kTaggedSubclass = 8 };

void read_alternative(ValueReader& reader, std::string_view name, const Type& type) {
  reader.out().raw("{");
  reader.out().member(0, name);
  reader.value(type);
  reader.out().raw("}");
}

void read_fields(ValueReader& reader, const Type& type, std::string_view class_name) {
  uint64_t index = 0;
  reader.out().raw("{");
  if (!class_name.empty()) {
    reader.out().member(index++, "$class");
    reader.out().string(class_name);
  }
  for (const TypeMember& field : type.members) {
    if (!reader.ok()) return;
    reader.out().member(index++, field.name);
    reader.value_unless(reader.in().boolean("is null"), *field.type);
  }
  reader.out().raw("}");
}

// The subclass that flag or tag tell; null if the snapshot does not have it, and after an error.
const PojoSubclass* read_subclass(ValueReader& reader, const Type& type, uint8_t flags) {
  if (flags == kTaggedSubclass) {
    const uint64_t start = reader.in().offset();
    uint8_t left = reader.in().u8("tag of the subclass");
    for (const PojoSubclass& subclass : type.subclasses) {
      if (subclass.registered && left-- == 0) return &subclass;
    }
    reader.in().fail(start, "tag of the subclass", "the serializer's snapshot has no such subclass");
    return nullptr;
  }
  const std::optional<std::string> name = base::utf8_from_modified(reader.in().utf("name of the subclass"));
  for (const PojoSubclass& subclass : type.subclasses) {
    if (name && subclass.class_name == *name) return &subclass;
  }
  reader.set_opaque();
  return nullptr;
}

// `class_name`: empty if the class is the one that the field or state declares.
void read_object(ValueReader& reader, const Type& type, std::string_view class_name) {
  const uint64_t start = reader.in().offset();
  const uint8_t flags = reader.in().u8("POJO flags");
  switch (flags) {
    case kNullPojo:
      return reader.out().null();
    case kThisClass:
      return read_fields(reader, type, class_name);
    case kSubclass:
    case kTaggedSubclass:
      break;
    default:
      return reader.in().fail(start, "POJO flags", base::format("unknown flags {}", uint32_t{flags}));
  }
  const PojoSubclass* const subclass = read_subclass(reader, type, flags);
  if (subclass == nullptr) return;
  const ValueReader::Nesting nesting(reader);
  if (!reader.ok()) return;
  if (subclass->type->kind == TypeKind::kPojo)
    return read_object(reader, *subclass->type, subclass->class_name);
  reader.out().raw("{");
  reader.out().member(0, "$class");
  reader.out().string(subclass->class_name);
  reader.out().member(1, "$value");
  reader.value(*subclass->type);
  reader.out().raw("}");
}

}  // namespace

std::string_view row_kind_name(uint32_t kind) {
  constexpr std::array<std::string_view, 4> kNames = {"+I", "-U", "+U", "-D"};
  return kNames[kind];
}

void read_tuple(ValueReader& reader, const Type& type) {
  reader.out().raw("[");
  for (size_t i = 0; i < type.members.size() && reader.ok(); ++i) {
    reader.out().separate(i);
    reader.value(member_of(type, i));
  }
  reader.out().raw("]");
}

void read_row(ValueReader& reader, const Type& type) {
  const uint64_t kind_bits = type.flag ? 2 : 0;
  const BitMask nulls(reader.in(), kind_bits + type.members.size());
  if (type.flag) {
    const uint32_t kind = (nulls[0] ? 1U : 0U) + (nulls[1] ? 2U : 0U);
    reader.out().raw("{\"$kind\":\"");
    reader.out().raw(row_kind_name(kind));
    reader.out().raw("\",\"fields\":");
  }
  reader.out().raw("[");
  for (size_t i = 0; i < type.members.size() && reader.ok(); ++i) {
    reader.out().separate(i);
    if (nulls[kind_bits + i]) {
      reader.out().null();
    } else {
      reader.value(member_of(type, i));
    }
  }
  reader.out().raw(type.flag ? "]}" : "]");
}

void read_pojo(ValueReader& reader, const Type& type) {
  read_object(reader, type, {});
}

void read_either(ValueReader& reader, const Type& type) {
  const bool is_left = reader.in().boolean("is left");
  read_alternative(reader, is_left ? "left" : "right", member_of(type, is_left ? 0 : 1));
}

void read_try(ValueReader& reader, const Type& type) {
  const bool is_success = reader.in().boolean("is success");
  read_alternative(reader, is_success ? "success" : "failure", member_of(type, is_success ? 0 : 1));
}

void read_tagged_union(ValueReader& reader, const Type& type) {
  const uint64_t start = reader.in().offset();
  const uint8_t tag = reader.in().u8("tag of the union");
  if (tag != 1 && tag != 2)
    return reader.in().fail(start, "tag of the union", base::format("unknown tag {}", uint32_t{tag}));
  read_alternative(reader, tag == 1 ? "one" : "two", member_of(type, tag - 1U));
}

void read_option(ValueReader& reader, const Type& type) {
  reader.value_unless(!reader.in().boolean("is some"), member_of(type, 0));
}

void read_nullable(ValueReader& reader, const Type& type) {
  const bool is_null = reader.in().boolean("is null");
  reader.value_unless(is_null, member_of(type, 0));
  if (is_null && type.size > 0) reader.in().skip(static_cast<uint64_t>(type.size), "padding");
}

}  // namespace checkpointfs::state
