// SPDX-License-Identifier: Apache-2.0
#include "state/encode/json_parts.h"

#include "base/text/message.h"
#include "state/values/product_values.h"

namespace checkpointfs::state {

std::optional<std::vector<JsonEntry>> entries_from(ValueWriter& writer, const JsonValue& json,
                                                   std::string_view type) {
  std::vector<JsonEntry> entries;
  for (const JsonMember& member : json.members) {
    JsonValue key;
    key.kind = JsonValue::Kind::kString;
    key.offset = member.value.offset;
    key.units = member.name;
    entries.emplace_back(std::move(key), member.value);
  }
  for (const JsonValue& pair : json.elements) {
    if (pair.kind != JsonValue::Kind::kArray || pair.elements.size() != 2) {
      writer.expect(pair, type, "an array of a key and a value");
      return std::nullopt;
    }
    entries.emplace_back(pair.elements[0], pair.elements[1]);
  }
  if (json.kind != JsonValue::Kind::kObject && json.kind != JsonValue::Kind::kArray) {
    writer.expect(json, type, "an object, or an array of arrays of a key and a value");
    return std::nullopt;
  }
  return entries;
}

std::optional<uint32_t> row_kind_from(ValueWriter& writer, const JsonValue& json, std::string_view type) {
  const JsonValue* const kind = json.member("$kind");
  if (kind == nullptr) return 0;
  const std::optional<std::string> name = text_from(writer, *kind, type);
  for (uint32_t i = 0; name && i < 4; ++i) {
    if (*name == row_kind_name(i)) return i;
  }
  writer.expect(*kind, type, "\"+I\", \"-U\", \"+U\" or \"-D\"");
  return std::nullopt;
}

bool expect_members(ValueWriter& writer, const JsonValue& json, std::string_view type,
                    const std::function<bool(const std::string&)>& is_known) {
  if (!expect_object(writer, json, type)) return false;
  for (const JsonMember& member : json.members) {
    const std::string name = bytes_of_units(member.name).value_or("");
    if (is_known(name)) continue;
    writer.expect(member.value, type, base::format("no field {}", name));
    return false;
  }
  return true;
}

}  // namespace checkpointfs::state
