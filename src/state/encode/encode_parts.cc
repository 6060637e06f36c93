// SPDX-License-Identifier: Apache-2.0
#include "state/encode/encode_parts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/text/modified_utf8.h"
#include "state/encode/json_parts.h"

namespace checkpointfs::state {
namespace {

const Type& part(const Type& type, size_t index) {
  return *type.members[index].type;
}

void write_size(ValueWriter& writer, size_t size) {
  writer.i32(static_cast<int64_t>(size));
}

// A boolean with this meaning, and the value if it is not null.
enum class Flag : uint8_t { kIsNull, kIsPresent };
void write_flagged(ValueWriter& writer, const JsonValue& json, const Type& type, Flag flag) {
  writer.boolean(is_null(json) == (flag == Flag::kIsNull));
  if (!is_null(json)) writer.value(json, type);
}

void encode_primitive_array(ValueWriter& writer, const JsonValue& json, const Type& type) {
  const Type& element = part(type, 0);
  if (element.kind == TypeKind::kByte) {
    const std::optional<std::string> bytes = hex_from(writer, json, to_string(type));
    if (!bytes) return;
    write_size(writer, bytes->size());
    return writer.raw(*bytes);
  }
  if (element.kind == TypeKind::kChar) {
    if (json.kind != JsonValue::Kind::kString) return writer.expect(json, type, "a string");
    write_size(writer, json.units.size());
    for (const char16_t unit : json.units) writer.u16(unit);
    return;
  }
  if (!expect_array(writer, json, to_string(type))) return;
  write_size(writer, json.elements.size());
  for (const JsonValue& value : json.elements) writer.value(value, element);
}

void encode_string_array(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (!expect_array(writer, json, to_string(type))) return;
  write_size(writer, json.elements.size());
  for (const JsonValue& value : json.elements) {
    if (is_null(value)) {
      writer.u8(0);
    } else if (value.kind == JsonValue::Kind::kString) {
      writer.units(value.units, 1);
    } else {
      writer.expect(value, type, "a string or null");
    }
  }
}

void encode_list(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (!expect_array(writer, json, to_string(type))) return;
  write_size(writer, json.elements.size());
  for (const JsonValue& value : json.elements) writer.value(value, part(type, 0));
}

void encode_present_elements(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (!expect_array(writer, json, to_string(type))) return;
  write_size(writer, json.elements.size());
  for (const JsonValue& value : json.elements) write_flagged(writer, value, part(type, 0), Flag::kIsPresent);
}

void encode_set(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (!expect_array(writer, json, to_string(type))) return;
  write_size(writer, json.elements.size());
  for (const JsonValue& value : json.elements) write_flagged(writer, value, part(type, 0), Flag::kIsNull);
}

// Bits of MaskUtils.
void write_mask(ValueWriter& writer, const std::vector<bool>& bits) {
  for (size_t i = 0; i < bits.size(); i += 8) {
    uint32_t byte = 0;
    for (size_t j = 0; j < 8; ++j) byte = byte << 1 | (i + j < bits.size() && bits[i + j] ? 1U : 0U);
    writer.u8(byte);
  }
}

void encode_linked_list(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (!type.flag) return encode_list(writer, json, type);
  if (!expect_array(writer, json, to_string(type))) return;
  write_size(writer, json.elements.size());
  std::vector<bool> nulls;
  for (const JsonValue& value : json.elements) nulls.push_back(is_null(value));
  write_mask(writer, nulls);
  for (const JsonValue& value : json.elements) {
    if (!is_null(value)) writer.value(value, part(type, 0));
  }
}

void encode_map(ValueWriter& writer, const JsonValue& json, const Type& type) {
  const std::optional<std::vector<JsonEntry>> entries = entries_from(writer, json, to_string(type));
  if (!entries) return;
  write_size(writer, entries->size());
  for (const auto& [key, value] : *entries) {
    if (type.kind == TypeKind::kNullAwareMap) {
      write_flagged(writer, key, part(type, 0), Flag::kIsNull);
    } else {
      writer.value(key, part(type, 0));
    }
    write_flagged(writer, value, part(type, 1), Flag::kIsNull);
  }
}

void encode_tuple(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (json.kind != JsonValue::Kind::kArray || json.elements.size() != type.members.size()) {
    return writer.expect(json, type, "an array of all fields");
  }
  for (size_t i = 0; i < type.members.size(); ++i) writer.value(json.elements[i], part(type, i));
}

void encode_row(ValueWriter& writer, const JsonValue& json, const Type& type) {
  const bool is_object = json.kind == JsonValue::Kind::kObject;
  const std::optional<uint32_t> kind = is_object ? row_kind_from(writer, json, to_string(type)) : 0;
  const JsonValue& fields = is_object ? member_or_null(json, "fields") : json;
  if (!kind) return;
  if (fields.kind != JsonValue::Kind::kArray || fields.elements.size() != type.members.size() ||
      (*kind != 0 && !type.flag)) {
    return writer.expect(json, type, "{\"$kind\":\"+I\",\"fields\":[...]} or an array of all fields");
  }
  std::vector<bool> bits;
  if (type.flag) bits = {(*kind & 1) != 0, (*kind & 2) != 0};
  for (const JsonValue& field : fields.elements) bits.push_back(is_null(field));
  write_mask(writer, bits);
  for (size_t i = 0; i < type.members.size(); ++i) {
    if (!is_null(fields.elements[i])) writer.value(fields.elements[i], part(type, i));
  }
}

// The flags and the name or tag of the subclass that "$class" names; null if there is none of this name.
const PojoSubclass* write_subclass(ValueWriter& writer, const Type& type, const std::string& name) {
  uint32_t tag = 0;
  for (const PojoSubclass& subclass : type.subclasses) {
    if (subclass.class_name == name) {
      writer.u8(subclass.registered ? 8 : 4);
      if (subclass.registered) {
        writer.u8(tag);
      } else {
        const std::string utf = base::modified_from_utf8(name).value_or("");
        writer.u16(static_cast<uint32_t>(utf.size()));
        writer.raw(utf);
      }
      return &subclass;
    }
    if (subclass.registered) ++tag;
  }
  return nullptr;
}

void encode_fields(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (!expect_members(writer, json, to_string(type), [&](const std::string& name) {
        return name == "$class" || std::any_of(type.members.begin(), type.members.end(),
                                               [&](const TypeMember& field) { return field.name == name; });
      })) {
    return;
  }
  writer.u8(2);
  for (const TypeMember& field : type.members) {
    write_flagged(writer, member_or_null(json, field.name), *field.type, Flag::kIsNull);
  }
}

void encode_pojo(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (is_null(json)) return writer.u8(1);
  if (!expect_object(writer, json, to_string(type))) return;
  const JsonValue* const named = json.member("$class");
  if (named == nullptr) return encode_fields(writer, json, type);
  const std::optional<std::string> name = text_from(writer, *named, to_string(type));
  if (!name) return;
  const PojoSubclass* const subclass = write_subclass(writer, type, *name);
  if (subclass == nullptr) return writer.expect(*named, type, "the name of a known subclass");
  if (subclass->type->kind == TypeKind::kPojo) return encode_fields(writer, json, *subclass->type);
  writer.value(member_or_null(json, "$value"), *subclass->type);
}

// {"left":...} and the like: a byte for each of the two names.
struct Alternative {
  const char* name;
  uint32_t byte;
};
void encode_alternatives(ValueWriter& writer, const JsonValue& json, const Type& type, Alternative first,
                         Alternative second) {
  const JsonValue* const one = json.member(first.name);
  const JsonValue* const other = json.member(second.name);
  if (json.members.size() != 1 || (one == nullptr && other == nullptr)) {
    return writer.expect(json, type,
                         std::string("{\"") + first.name + "\":...} or {\"" + second.name + "\":...}");
  }
  writer.u8(one != nullptr ? first.byte : second.byte);
  writer.value(one != nullptr ? *one : *other, part(type, one != nullptr ? 0 : 1));
}

void encode_either(ValueWriter& writer, const JsonValue& json, const Type& type) {
  encode_alternatives(writer, json, type, {"left", 1}, {"right", 0});
}

void encode_union(ValueWriter& writer, const JsonValue& json, const Type& type) {
  encode_alternatives(writer, json, type, {"one", 1}, {"two", 2});
}

void encode_nullable(ValueWriter& writer, const JsonValue& json, const Type& type) {
  write_flagged(writer, json, part(type, 0),
                type.kind == TypeKind::kNullable ? Flag::kIsNull : Flag::kIsPresent);
  if (is_null(json) && type.size > 0) writer.raw(std::string(static_cast<size_t>(type.size), '\0'));
}

}  // namespace

bool encode_parts(ValueWriter& writer, const JsonValue& json, const Type& type) {
  constexpr EncodedKind kFunctions[] = {
      {TypeKind::kPrimitiveArray, encode_primitive_array},
      {TypeKind::kStringArray, encode_string_array},
      {TypeKind::kObjectArray, encode_present_elements},
      {TypeKind::kTraversable, encode_present_elements},
      {TypeKind::kList, encode_list},
      {TypeKind::kSet, encode_set},
      {TypeKind::kMap, encode_map},
      {TypeKind::kNullAwareMap, encode_map},
      {TypeKind::kLinkedList, encode_linked_list},
      {TypeKind::kTuple, encode_tuple},
      {TypeKind::kRow, encode_row},
      {TypeKind::kPojo, encode_pojo},
      {TypeKind::kEither, encode_either},
      {TypeKind::kScalaEither, encode_either},
      {TypeKind::kTaggedUnion, encode_union},
      {TypeKind::kOption, encode_nullable},
      {TypeKind::kNullable, encode_nullable},
  };
  return encode_one_of(kFunctions, writer, json, type);
}

}  // namespace checkpointfs::state
