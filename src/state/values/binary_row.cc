// SPDX-License-Identifier: Apache-2.0
#include "state/values/binary_row.h"

#include <bit>
#include <string>

#include "base/text/message.h"
#include "state/json/big_numbers.h"
#include "state/values/binary_layout.h"
#include "state/json/json_map.h"
#include "state/values/product_values.h"
#include "state/values/time_values.h"

namespace checkpointfs::state {
namespace {

void write_row(ValueReader& reader, const BinaryView& row, const LogicalType& type,
               const std::vector<TypeMember>* serializers);

// The part that the slot at `position` points to: its offset in the high half, its size in the low one.
BinaryView pointed(const BinaryView& view, uint64_t position) {
  const auto slot = view.number<uint64_t>(position);
  return view.part(slot >> 32, slot & 0xFFFFFFFF);
}

// The same for strings and bytes, which are in the slot if they are short.
BinaryView text_part(const BinaryView& view, uint64_t position) {
  const auto mark = view.number<uint8_t>(position + kSlotWidth - 1);
  if (mark < kInlineMark) return pointed(view, position);
  const uint64_t length = mark & ~kInlineMark;
  if (length <= kMaxInlineLength) return view.part(position, length);
  view.fail(position, "length in the slot", base::format("{} bytes", length));
  return view.part(position, 0);
}

std::string big_endian(uint64_t number) {
  std::string bytes(sizeof(number), '\0');
  for (size_t i = bytes.size(); i-- > 0; number >>= 8) bytes[i] = static_cast<char>(number & 0xFF);
  return bytes;
}

void write_decimal_slot(ValueReader& reader, const BinaryView& view, uint64_t position,
                        const LogicalType& type) {
  if (is_compact_decimal(type.precision)) {
    write_decimal(reader, big_endian(view.number<uint64_t>(position)), type.scale);
  } else {
    const BinaryView part = pointed(view, position);
    if (part.size() == 0) view.fail(position, "decimal", "no bytes");
    if (reader.ok()) write_decimal(reader, part.bytes(), type.scale);
  }
}

void write_timestamp_slot(ValueReader& reader, const BinaryView& view, uint64_t position,
                          const LogicalType& type) {
  constexpr uint64_t kNanosOfMilli = 1000000;
  const auto slot = view.number<uint64_t>(position);
  Moment moment;
  if (is_compact_timestamp(type.precision)) {
    moment = moment_of_millis(static_cast<int64_t>(slot));
  } else {
    moment = moment_of_millis(view.number<int64_t>(slot >> 32));
    const uint64_t nanos = slot & 0xFFFFFFFF;
    if (nanos >= kNanosOfMilli) {
      return view.fail(position, "timestamp", base::format("{} nanoseconds of a millisecond", nanos));
    }
    moment.nanos += static_cast<int32_t>(nanos);
  }
  if (!reader.ok()) return;
  if (type.kind == SqlKind::kLocalZonedTimestamp) {
    write_instant(moment, reader.out());
  } else {
    write_local(moment, reader.out());
  }
}

void write_day(ValueReader& reader, int32_t days) {
  reader.out().raw("\"");
  append_date(date_of(days), reader.out().text());
  reader.out().raw("\"");
}

void write_time_slot(ValueReader& reader, const BinaryView& view, uint64_t position) {
  const auto millis = view.number<int32_t>(position);
  if (millis < 0 || millis >= kMillisOfDay) {
    return view.fail(position, "time", base::format("{} milliseconds are no time of a day", millis));
  }
  reader.out().raw("\"");
  append_time(int64_t{millis} * 1000000, reader.out().text());
  reader.out().raw("\"");
}

void write_text_slot(ValueReader& reader, const BinaryView& view, uint64_t position, SqlKind kind) {
  const BinaryView part = text_part(view, position);
  if (!reader.ok()) return;
  if (kind == SqlKind::kChar || kind == SqlKind::kVarChar) {
    reader.out().string(part.bytes());
  } else {
    reader.out().hex(part.bytes());
  }
}

// Arrays, maps and rows inside of a row, and bytes of other formats.
void write_nested(ValueReader& reader, const BinaryView& view, uint64_t position, const LogicalType& type) {
  const BinaryView part = pointed(view, position);
  if (!reader.ok()) return;
  if (type.kind == SqlKind::kRaw) return reader.out().hex(part.bytes());
  if (type.kind == SqlKind::kArray) return write_binary_array(reader, part, *type.members.front().type);
  if (type.kind == SqlKind::kRow) return write_row(reader, part, type, nullptr);
  write_binary_map(reader, part, type);
}

void write_slot(ValueReader& reader, const BinaryView& view, uint64_t position, const LogicalType& type) {
  JsonSink& out = reader.out();
  switch (type.kind) {
    case SqlKind::kBoolean:
      return out.boolean(view.number<uint8_t>(position) != 0);
    case SqlKind::kTinyInt:
      return out.integer(view.number<int8_t>(position));
    case SqlKind::kSmallInt:
      return out.integer(view.number<int16_t>(position));
    case SqlKind::kInt:
    case SqlKind::kIntervalYearMonth:
      return out.integer(view.number<int32_t>(position));
    case SqlKind::kBigInt:
    case SqlKind::kIntervalDayTime:
      return out.long_integer(view.number<int64_t>(position));
    case SqlKind::kFloat:
      return out.real(std::bit_cast<float>(view.number<uint32_t>(position)));
    case SqlKind::kDouble:
      return out.real(std::bit_cast<double>(view.number<uint64_t>(position)));
    case SqlKind::kDecimal:
      return write_decimal_slot(reader, view, position, type);
    case SqlKind::kDate:
      return write_day(reader, view.number<int32_t>(position));
    case SqlKind::kTime:
      return write_time_slot(reader, view, position);
    case SqlKind::kTimestamp:
    case SqlKind::kLocalZonedTimestamp:
      return write_timestamp_slot(reader, view, position, type);
    case SqlKind::kChar:
    case SqlKind::kVarChar:
    case SqlKind::kBinary:
    case SqlKind::kVarBinary:
      return write_text_slot(reader, view, position, type.kind);
    case SqlKind::kArray:
    case SqlKind::kMultiset:
    case SqlKind::kMap:
    case SqlKind::kRow:
    case SqlKind::kRaw:
      return write_nested(reader, view, position, type);
    case SqlKind::kNull:
      return out.null();
    case SqlKind::kUnknown:
    case SqlKind::kZonedTimestamp:
      return reader.set_opaque();
  }
}

// A field RAW has its value's own serializer, if the row is no part of another one.
void write_field(ValueReader& reader, const BinaryView& row, uint64_t position, const LogicalType& type,
                 const Type* serializer) {
  if (type.kind != SqlKind::kRaw || serializer == nullptr || serializer->kind != TypeKind::kRawValueData) {
    return write_slot(reader, row, position, type);
  }
  const BinaryView part = pointed(row, position);
  if (reader.ok()) reader.framed_value(part.bytes(), part.offset(), member_of(*serializer, 0));
}

// The elements of a map's keys or values.
struct BinaryArray {
  BinaryArray(const BinaryView& array, const LogicalType& type) : view(array), element(type) {
    const auto length = view.number<int32_t>(0);
    width = array_slot_width(element.kind);
    if (length >= 0 &&
        array_header_size(static_cast<uint64_t>(length)) + width * static_cast<uint64_t>(length) <=
            view.size()) {
      size = static_cast<uint64_t>(length);
      header = array_header_size(size);
    } else {
      view.fail(0, "array length", base::format("{} elements in {} bytes", length, view.size()));
    }
  }
  void write(ValueReader& reader, uint64_t index) const {
    if (!reader.spend(1)) return;
    if (view.bit(kArrayLengthSize, index)) {
      reader.out().null();
    } else {
      write_slot(reader, view, header + index * width, element);
    }
  }

  BinaryView view;
  const LogicalType& element;
  uint64_t width = 0;
  uint64_t size = 0;
  uint64_t header = 0;
};

// `serializers`: of the fields; null if the row is a part of another one.
void write_row(ValueReader& reader, const BinaryView& row, const LogicalType& type,
               const std::vector<TypeMember>* serializers) {
  const ValueReader::Nesting nesting(reader);
  if (!reader.ok()) return;
  const uint64_t n = type.members.size();
  const uint64_t header = row_header_size(n);
  const auto kind = row.number<uint8_t>(0);
  if (kind >= 4) return row.fail(0, "row kind", base::format("unknown kind {}", uint32_t{kind}));
  if (row.size() < header + n * kSlotWidth) {
    return row.fail(0, "row", base::format("{} fields in {} bytes", n, row.size()));
  }
  uint64_t index = 0;
  reader.out().raw("{");
  if (serializers != nullptr || kind != 0) {
    reader.out().member(index++, "$kind");
    reader.out().string(row_kind_name(kind));
  }
  for (uint64_t i = 0; i < n && reader.spend(1) && reader.ok(); ++i) {
    const LogicalType::Member& field = type.members[i];
    reader.out().member(index++, field.name);
    if (row.bit(0, kRowKindBits + i)) {
      reader.out().null();
    } else {
      const bool has_serializer = serializers != nullptr && i < serializers->size();
      write_field(reader, row, header + i * kSlotWidth, *field.type,
                  has_serializer ? (*serializers)[i].type.get() : nullptr);
    }
  }
  reader.out().raw("}");
}

bool is_character_string(const LogicalType& type) {
  return type.kind == SqlKind::kChar || type.kind == SqlKind::kVarChar;
}

}  // namespace

void write_decimal(ValueReader& reader, std::string_view unscaled, int32_t scale) {
  reader.out().raw("\"");
  const size_t start = reader.out().size();
  append_big_integer(unscaled, reader.out().text());
  scale_digits(start, scale, reader.out().text());
  reader.out().raw("\"");
}

void write_binary_row(ValueReader& reader, const BinaryView& row, const Type& type) {
  write_row(reader, row, *type.sql, &type.members);
}

void write_binary_array(ValueReader& reader, const BinaryView& view, const LogicalType& element) {
  const ValueReader::Nesting nesting(reader);
  if (!reader.ok()) return;
  const BinaryArray array(view, element);
  reader.out().raw("[");
  for (uint64_t i = 0; i < array.size && reader.ok(); ++i) {
    reader.out().separate(i);
    array.write(reader, i);
  }
  reader.out().raw("]");
}

void write_binary_map(ValueReader& reader, const BinaryView& view, const LogicalType& type) {
  static const LogicalType kTimes = [] {
    LogicalType times;
    times.kind = SqlKind::kInt;
    return times;
  }();
  const ValueReader::Nesting nesting(reader);
  if (!reader.ok()) return;
  const LogicalType& key_type = *type.members[0].type;
  const LogicalType& value_type = type.kind == SqlKind::kMultiset ? kTimes : *type.members[1].type;
  const auto key_size = static_cast<uint64_t>(view.number<uint32_t>(0));
  const BinaryView key_view = view.part(sizeof(uint32_t), key_size);
  if (!reader.ok()) return;
  const BinaryArray keys(key_view, key_type);
  const uint64_t value_start = sizeof(uint32_t) + key_size;
  const BinaryArray values(view.part(value_start, view.size() - value_start), value_type);
  if (reader.ok() && keys.size != values.size) {
    return view.fail(0, "map", base::format("{} keys, {} values", keys.size, values.size));
  }
  JsonMap map(reader.out(), is_character_string(key_type) ? JsonMap::Keys::kStrings : JsonMap::Keys::kOthers);
  for (uint64_t i = 0; i < keys.size && reader.ok(); ++i) {
    map.begin_key();
    keys.write(reader, i);
    map.begin_value();
    values.write(reader, i);
    map.end_value();
  }
  if (reader.ok()) map.end();
}

}  // namespace checkpointfs::state
