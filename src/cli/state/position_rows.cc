// SPDX-License-Identifier: Apache-2.0
#include "cli/state/position_rows.h"

#include <string_view>
#include <variant>

#include "cli/state/parsed_json.h"

namespace checkpointfs::cli {
namespace {

using state::PositionValue;

JsonValue value_json(const PositionValue& value) {
  if (const auto* const number = std::get_if<int64_t>(&value)) return *number;
  if (const auto* const word = std::get_if<std::string>(&value)) return *word;
  return nullptr;
}

PositionValue value_of(const ParsedJson& parsed, std::string_view key) {
  if (parsed.at(key).is_null()) return {};
  if (parsed.at(key).is_string()) return parsed.text(key);
  return parsed.member<int64_t>(key).value_or(0);
}

}  // namespace

JsonObject position_json(const PositionRow& row) {
  return {{"operator", row.operator_label},
          {"operator_id", row.operator_id},
          {"connector", row.connector},
          {"cluster", JsonValue::text_or_null(row.cluster)},
          {"topic", JsonValue::text_or_null(row.topic)},
          {"partition", value_json(row.partition)},
          {"offset", value_json(row.offset)},
          {"stopping_offset", value_json(row.stopping_offset)},
          {"subtask", row.subtask},
          {"place", row.place},
          {"source", row.source},
          {"records", row.records},
          {"version", row.version},
          {"bytes", JsonValue::text_or_null(row.bytes)}};
}

PositionRow position_row(const std::string& json) {
  const ParsedJson parsed(json);
  PositionRow row;
  row.operator_label = parsed.text("operator");
  row.operator_id = parsed.text("operator_id");
  row.connector = parsed.text("connector");
  row.cluster = parsed.text("cluster");
  row.topic = parsed.text("topic");
  row.partition = value_of(parsed, "partition");
  row.offset = value_of(parsed, "offset");
  row.stopping_offset = value_of(parsed, "stopping_offset");
  row.subtask = parsed.member<int64_t>("subtask");
  row.place = parsed.text("place");
  row.source = parsed.member<int64_t>("source");
  row.records = parsed.member<int64_t>("records");
  row.version = parsed.member<int64_t>("version");
  row.bytes = parsed.text("bytes");
  return row;
}

std::string value_text(const PositionValue& value) {
  if (const auto* const number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const auto* const word = std::get_if<std::string>(&value)) return *word;
  return "";
}

}  // namespace checkpointfs::cli
