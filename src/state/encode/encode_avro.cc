// SPDX-License-Identifier: Apache-2.0
#include "state/encode/encode_avro.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>
#include <string>

#include "state/encode/json_parts.h"
#include "state/types/avro_schema.h"

namespace checkpointfs::state {
namespace {

void encode_node(ValueWriter& writer, const JsonValue& json, const AvroNode& node);

void write_block(ValueWriter& writer, std::string_view bytes) {
  writer.i32(static_cast<int64_t>(bytes.size()));
  writer.raw(bytes);
}

void encode_null(ValueWriter& writer, const JsonValue& json) {
  if (!is_null(json)) writer.expect(json, "Avro null", "null");
}

void encode_fixed(ValueWriter& writer, const JsonValue& json, const AvroNode& node) {
  const std::optional<std::string> bytes = hex_from(writer, json, node.name);
  if (!bytes) return;
  if (bytes->size() != node.size) return writer.expect(json, node.name, "as many bytes as the schema has");
  writer.raw(*bytes);
}

void encode_symbol(ValueWriter& writer, const JsonValue& json, const AvroNode& node) {
  const std::optional<std::string> name = text_from(writer, json, node.name);
  if (!name) return;
  const auto found = std::find(node.symbols.begin(), node.symbols.end(), *name);
  if (found == node.symbols.end()) return writer.expect(json, node.name, "a symbol of the enum");
  writer.i32(found - node.symbols.begin());
}

void encode_array(ValueWriter& writer, const JsonValue& json, const AvroNode& node) {
  if (!expect_array(writer, json, "Avro array")) return;
  if (!json.elements.empty()) writer.varint(json.elements.size());
  for (const JsonValue& element : json.elements) encode_node(writer, element, *node.members.front().node);
  writer.u8(0);
}

void encode_avro_map(ValueWriter& writer, const JsonValue& json, const AvroNode& node) {
  const std::optional<std::vector<JsonEntry>> entries = entries_from(writer, json, "Avro map");
  if (!entries) return;
  if (!entries->empty()) writer.varint(entries->size());
  for (const auto& [key, value] : *entries) {
    if (const std::optional<std::string> text = text_from(writer, key, "key of an Avro map")) {
      write_block(writer, *text);
    }
    encode_node(writer, value, *node.members.front().node);
  }
  writer.u8(0);
}

void encode_record(ValueWriter& writer, const JsonValue& json, const AvroNode& node) {
  if (!expect_members(writer, json, node.name, [&](const std::string& name) {
        return std::any_of(node.members.begin(), node.members.end(),
                           [&](const AvroNode::Member& field) { return field.name == name; });
      })) {
    return;
  }
  for (const AvroNode::Member& field : node.members) {
    encode_node(writer, member_or_null(json, field.name), *field.node);
  }
}

// JSON has the branch's value alone: each branch is tried.
void encode_union(ValueWriter& writer, const JsonValue& json, const AvroNode& node) {
  if (!writer.ok()) return;
  const size_t start = writer.size();
  std::optional<size_t> fitting;
  for (size_t i = 0; i < node.members.size(); ++i) {
    encode_node(writer, json, *node.members[i].node);
    const bool fits = writer.ok();
    writer.go_back(start);
    if (!fits) continue;
    if (fitting) return writer.expect(json, "Avro union", "a value that only one branch has");
    fitting = i;
  }
  if (!fitting) return writer.expect(json, "Avro union", "a value of one of its branches");
  writer.i32(static_cast<int64_t>(*fitting));
  encode_node(writer, json, *node.members[*fitting].node);
}

void encode_node(ValueWriter& writer, const JsonValue& json, const AvroNode& node) {
  if (!writer.ok()) return;
  switch (node.kind) {
    case AvroKind::kNull:
      return encode_null(writer, json);
    case AvroKind::kBoolean:
      if (const auto value = boolean_from(writer, json, "Avro boolean")) writer.boolean(*value);
      return;
    case AvroKind::kInt:
      if (const auto value = integer_from(writer, json, "Avro int", std::numeric_limits<int32_t>::min(),
                                          std::numeric_limits<int32_t>::max())) {
        writer.i32(*value);
      }
      return;
    case AvroKind::kLong:
      if (const auto value = integer_from(writer, json, "Avro long", std::numeric_limits<int64_t>::min(),
                                          std::numeric_limits<int64_t>::max())) {
        writer.i64(*value);
      }
      return;
    case AvroKind::kFloat:
      if (const auto value = float_from(writer, json, "Avro float"))
        writer.i32(std::bit_cast<int32_t>(*value));
      return;
    case AvroKind::kDouble:
      if (const auto value = double_from(writer, json, "Avro double"))
        writer.i64(std::bit_cast<int64_t>(*value));
      return;
    case AvroKind::kBytes:
      if (const auto bytes = hex_from(writer, json, "Avro bytes")) write_block(writer, *bytes);
      return;
    case AvroKind::kString:
      if (const auto text = text_from(writer, json, "Avro string")) write_block(writer, *text);
      return;
    case AvroKind::kFixed:
      return encode_fixed(writer, json, node);
    case AvroKind::kEnum:
      return encode_symbol(writer, json, node);
    case AvroKind::kArray:
      return encode_array(writer, json, node);
    case AvroKind::kMap:
      return encode_avro_map(writer, json, node);
    case AvroKind::kUnion:
      return encode_union(writer, json, node);
    case AvroKind::kRecord:
      return encode_record(writer, json, node);
  }
}

}  // namespace

void encode_avro(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (type.avro == nullptr || type.avro->root == nullptr) return writer.expect(json, type, "a schema");
  encode_node(writer, json, *type.avro->root);
}

}  // namespace checkpointfs::state
