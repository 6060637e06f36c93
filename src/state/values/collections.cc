// SPDX-License-Identifier: Apache-2.0
#include "state/values/collections.h"

#include "state/values/bit_mask.h"
#include "state/json/json_map.h"
#include "state/values/string_values.h"

namespace checkpointfs::state {
namespace {

bool is_text(const Type& type) {
  if (type.kind == TypeKind::kNullable) return is_text(member_of(type, 0));
  return type.kind == TypeKind::kString || type.kind == TypeKind::kStringValue ||
         type.kind == TypeKind::kStringData;
}

JsonMap::Keys keys_of(const Type& type) {
  return is_text(member_of(type, 0)) ? JsonMap::Keys::kStrings : JsonMap::Keys::kOthers;
}

}  // namespace

void read_primitive_array(ValueReader& reader, const Type& type) {
  const Type& element = member_of(type, 0);
  if (element.kind == TypeKind::kChar) return read_char_array(reader);
  const int32_t size = fixed_length(element);
  if (size <= 0) return reader.set_opaque();
  const uint32_t n = reader.in().count(static_cast<uint64_t>(size), "array length");
  if (!reader.out().writes()) return reader.in().skip(uint64_t{n} * static_cast<uint64_t>(size), "array");
  if (element.kind == TypeKind::kByte) {
    const std::string_view bytes = reader.in().bytes(n, "byte[]");
    if (reader.ok()) reader.out().hex(bytes);
    return;
  }
  reader.out().raw("[");
  for (uint32_t i = 0; i < n && reader.ok(); ++i) {
    reader.out().separate(i);
    reader.value(element);
  }
  reader.out().raw("]");
}

void read_string_array(ValueReader& reader, const Type&) {
  const uint32_t n = reader.in().count(1, "array length");
  reader.out().raw("[");
  for (uint32_t i = 0; i < n && reader.ok(); ++i) {
    reader.out().separate(i);
    read_string(reader);
  }
  reader.out().raw("]");
}

void read_present_elements(ValueReader& reader, const Type& type) {
  const uint32_t n = reader.in().count(1, "array length");
  reader.out().raw("[");
  for (uint32_t i = 0; i < n && reader.ok(); ++i) {
    reader.out().separate(i);
    reader.value_unless(!reader.in().boolean("is present"), member_of(type, 0));
  }
  reader.out().raw("]");
}

void read_list(ValueReader& reader, const Type& type) {
  const Type& element = member_of(type, 0);
  const uint32_t n = reader.count(element, "list size");
  reader.out().raw("[");
  for (uint32_t i = 0; i < n && reader.ok(); ++i) {
    reader.out().separate(i);
    reader.value(element);
  }
  reader.out().raw("]");
}

void read_set(ValueReader& reader, const Type& type) {
  const uint32_t n = reader.in().count(1, "set size");
  reader.out().raw("[");
  for (uint32_t i = 0; i < n && reader.ok(); ++i) {
    reader.out().separate(i);
    reader.value_unless(reader.in().boolean("is null"), member_of(type, 0));
  }
  reader.out().raw("]");
}

void read_map(ValueReader& reader, const Type& type) {
  const uint32_t n = reader.in().count(1, "map size");
  JsonMap map(reader.out(), keys_of(type));
  for (uint32_t i = 0; i < n && reader.ok(); ++i) {
    map.begin_key();
    reader.value(member_of(type, 0));
    map.begin_value();
    reader.value_unless(reader.in().boolean("is null"), member_of(type, 1));
    map.end_value();
  }
  if (reader.ok()) map.end();
}

void read_null_aware_map(ValueReader& reader, const Type& type) {
  const uint32_t n = reader.in().count(2, "map size");
  JsonMap map(reader.out(), keys_of(type));
  for (uint32_t i = 0; i < n && reader.ok(); ++i) {
    map.begin_key();
    reader.value_unless(reader.in().boolean("key is null"), member_of(type, 0));
    map.begin_value();
    reader.value_unless(reader.in().boolean("is null"), member_of(type, 1));
    map.end_value();
  }
  if (reader.ok()) map.end();
}

void read_linked_list(ValueReader& reader, const Type& type) {
  const Type& element = member_of(type, 0);
  if (!type.flag) return read_list(reader, type);
  const uint64_t start = reader.in().offset();
  const int32_t n = reader.in().i32("list size");
  if (n < 0) return reader.in().fail(start, "list size", "negative");
  const BitMask nulls(reader.in(), static_cast<uint64_t>(n));
  reader.out().raw("[");
  for (uint64_t i = 0; i < static_cast<uint64_t>(n) && reader.ok(); ++i) {
    reader.out().separate(i);
    if (nulls[i]) {
      reader.out().null();
    } else {
      reader.value(element);
    }
  }
  reader.out().raw("]");
}

}  // namespace checkpointfs::state
