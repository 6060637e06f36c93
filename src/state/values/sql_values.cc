// SPDX-License-Identifier: Apache-2.0
#include "state/values/sql_values.h"

#include <cstddef>
#include <optional>
#include <string_view>

#include "state/types/logical_type.h"
#include "state/values/binary_layout.h"
#include "state/values/binary_row.h"

namespace checkpointfs::state {
namespace {

// An int length and as many bytes. Nothing if the bytes are only skipped, or there is an error.
std::optional<BinaryView> read_block(ValueReader& reader) {
  Input& in = reader.in();
  const uint32_t length = in.count(1, "size of the binary data");
  if (!reader.out().writes()) {
    in.skip(length, "binary data");
    return std::nullopt;
  }
  const uint64_t offset = in.offset();
  const std::string_view bytes = in.bytes(length, "binary data");
  if (!reader.ok()) return std::nullopt;
  return BinaryView(bytes, offset, in);
}

}  // namespace

void read_row_data(ValueReader& reader, const Type& type) {
  const std::optional<BinaryView> row = read_block(reader);
  if (!row) return;
  if (type.sql == nullptr) return reader.set_opaque();
  write_binary_row(reader, *row, type);
}

void read_decimal_data(ValueReader& reader, const Type& type) {
  Input& in = reader.in();
  const uint64_t length =
      is_compact_decimal(type.size) ? sizeof(int64_t) : in.count(1, "length of the decimal");
  if (!reader.out().writes()) return in.skip(length, "decimal");
  const std::string_view bytes = in.bytes(length, "decimal");
  if (length == 0) in.fail("decimal", "no bytes");
  if (reader.ok()) write_decimal(reader, bytes, type.scale);
}

void read_array_data(ValueReader& reader, const Type& type) {
  const std::optional<BinaryView> array = read_block(reader);
  if (!array) return;
  if (type.sql == nullptr || type.sql->members.empty()) return reader.set_opaque();
  write_binary_array(reader, *array, *type.sql->members.front().type);
}

void read_map_data(ValueReader& reader, const Type& type) {
  const std::optional<BinaryView> map = read_block(reader);
  if (!map) return;
  if (type.sql == nullptr || type.sql->members.empty()) return reader.set_opaque();
  write_binary_map(reader, *map, *type.sql);
}

void read_raw_value_data(ValueReader& reader, const Type& type) {
  const std::optional<BinaryView> raw = read_block(reader);
  if (raw) reader.framed_value(raw->bytes(), raw->offset(), member_of(type, 0));
}

}  // namespace checkpointfs::state
