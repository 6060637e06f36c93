// SPDX-License-Identifier: Apache-2.0
#include "state/values/avro_values.h"

#include <bit>

#include "base/text/message.h"
#include "state/types/avro_schema.h"
#include "state/json/json_map.h"
#include "state/values/string_values.h"

namespace checkpointfs::state {
namespace {

void read_node(ValueReader& reader, const AvroNode& declared);

void read_bytes(ValueReader& reader, uint64_t length) {
  if (!reader.out().writes()) return reader.in().skip(length, "Avro bytes");
  const std::string_view bytes = reader.in().bytes(length, "Avro bytes");
  if (reader.ok()) reader.out().hex(bytes);
}

// An index of a union's branch or an enum's symbol; below `limit`, else an error.
size_t read_index(ValueReader& reader, size_t limit, const char* field) {
  const uint64_t start = reader.in().offset();
  const auto index = static_cast<uint32_t>(reader.in().i32(field));
  if (index < limit) return index;
  reader.in().fail(start, field, base::format("number {} of {}", index, limit));
  return 0;
}

// The items that follow; 0 at the end, and if the reader is not ok.
uint64_t read_block_count(ValueReader& reader) {
  if (!reader.ok()) return 0;
  Input& in = reader.in();
  const uint64_t start = in.offset();
  uint64_t count = 0;
  for (int shift = 0; shift < 63; shift += 7) {
    const uint8_t byte = in.u8("Avro block count");
    count |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return in.ok() ? count : 0;
  }
  in.fail(start, "Avro block count", "more than 63 bits");
  return 0;
}

void read_array(ValueReader& reader, const AvroNode& item) {
  uint64_t index = 0;
  reader.out().raw("[");
  while (uint64_t left = read_block_count(reader)) {
    for (; left > 0 && reader.ok(); --left) {
      reader.out().separate(index++);
      read_node(reader, item);
    }
  }
  reader.out().raw("]");
}

void read_avro_map(ValueReader& reader, const AvroNode& value) {
  JsonMap map(reader.out(), JsonMap::Keys::kStrings);
  while (uint64_t left = read_block_count(reader)) {
    for (; left > 0 && reader.ok(); --left) {
      map.begin_key();
      read_utf8(reader);
      map.begin_value();
      read_node(reader, value);
      map.end_value();
    }
  }
  if (reader.ok()) map.end();
}

void read_record(ValueReader& reader, const AvroNode& record) {
  uint64_t index = 0;
  reader.out().raw("{");
  for (const AvroNode::Member& field : record.members) {
    if (!reader.ok()) return;
    reader.out().member(index++, field.name);
    read_node(reader, *field.node);
  }
  reader.out().raw("}");
}

// The type of the value: of a union the branch that the input tells.
const AvroNode& read_branches(ValueReader& reader, const AvroNode& node) {
  const AvroNode* branch = &node;
  while (branch->kind == AvroKind::kUnion && reader.ok()) {
    const size_t index = read_index(reader, branch->members.size(), "branch of an Avro union");
    if (reader.ok()) branch = branch->members[index].node;
  }
  return *branch;
}

void read_node(ValueReader& reader, const AvroNode& declared) {
  const ValueReader::Nesting nesting(reader);
  const AvroNode& node = read_branches(reader, declared);
  if (!reader.ok()) return;
  Input& in = reader.in();
  JsonSink& out = reader.out();
  switch (node.kind) {
    case AvroKind::kNull:
      return out.null();
    case AvroKind::kBoolean:
      return out.boolean(in.boolean("Avro boolean"));
    case AvroKind::kInt:
      return out.integer(in.i32("Avro int"));
    case AvroKind::kLong:
      return out.long_integer(in.i64("Avro long"));
    case AvroKind::kFloat:
      return out.real(std::bit_cast<float>(in.i32("Avro float")));
    case AvroKind::kDouble:
      return out.real(std::bit_cast<double>(in.i64("Avro double")));
    case AvroKind::kBytes:
      return read_bytes(reader, in.count(1, "Avro bytes"));
    case AvroKind::kString:
      return read_utf8(reader);
    case AvroKind::kFixed:
      return read_bytes(reader, node.size);
    case AvroKind::kEnum: {
      const size_t symbol = read_index(reader, node.symbols.size(), "Avro enum");
      if (reader.ok()) out.string(node.symbols[symbol]);
      return;
    }
    case AvroKind::kArray:
      return read_array(reader, *node.members.front().node);
    case AvroKind::kMap:
      return read_avro_map(reader, *node.members.front().node);
    case AvroKind::kUnion:
      return;  // read_branches() leaves none
    case AvroKind::kRecord:
      return read_record(reader, node);
  }
}

}  // namespace

void read_avro(ValueReader& reader, const Type& type) {
  if (type.avro == nullptr || type.avro->root == nullptr) return reader.set_opaque();
  read_node(reader, *type.avro->root);
}

}  // namespace checkpointfs::state
