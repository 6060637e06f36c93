// SPDX-License-Identifier: Apache-2.0
#include "cli/state/inventory_rows.h"

#include "cli/state/parsed_json.h"

namespace checkpointfs::cli {

JsonObject inventory_json(const InventoryRow& row) {
  return {{"operator", row.operator_label},
          {"operator_id", row.operator_id},
          {"state", JsonValue::text_or_null(row.state)},
          {"kind", row.kind},
          {"key_type", JsonValue::text_or_null(row.key)},
          {"value_type", JsonValue::text_or_null(row.value)},
          {"namespace_type", JsonValue::text_or_null(row.name_space)},
          {"map_key_type", JsonValue::text_or_null(row.map_key)},
          {"readable", row.readable},
          {"reason", JsonValue::text_or_null(row.reason)},
          {"subtasks", row.subtasks},
          {"bytes", row.bytes},
          {"entries", row.entries},
          {"exact", row.bytes ? JsonValue(row.exact) : JsonValue(nullptr)}};
}

InventoryRow inventory_row(const std::string& json) {
  const ParsedJson parsed(json);
  InventoryRow row;
  row.operator_label = parsed.text("operator");
  row.operator_id = parsed.text("operator_id");
  row.state = parsed.text("state");
  row.kind = parsed.text("kind");
  row.key = parsed.text("key_type");
  row.name_space = parsed.text("namespace_type");
  row.map_key = parsed.text("map_key_type");
  row.value = parsed.text("value_type");
  row.readable = parsed.text("readable");
  row.reason = parsed.text("reason");
  row.subtasks = parsed.member<uint32_t>("subtasks").value_or(0);
  row.bytes = parsed.member<uint64_t>("bytes");
  row.entries = parsed.member<uint64_t>("entries");
  row.exact = parsed.member<bool>("exact").value_or(false);
  return row;
}

}  // namespace checkpointfs::cli
