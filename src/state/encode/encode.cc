// SPDX-License-Identifier: Apache-2.0
#include "state/encode/encode.h"

#include "state/encode/encode_avro.h"
#include "state/encode/encode_basic.h"
#include "state/encode/encode_parts.h"
#include "state/encode/encode_row.h"
#include "state/encode/encode_time.h"
#include "state/encode/value_writer.h"
#include "state/json/json_value.h"

namespace checkpointfs::state {
namespace {

void encode_value(ValueWriter& writer, const JsonValue& json, const Type& type) {
  if (encode_basic(writer, json, type) || encode_time(writer, json, type) ||
      encode_parts(writer, json, type) || encode_sql(writer, json, type)) {
    return;
  }
  if (type.kind == TypeKind::kAvro) return encode_avro(writer, json, type);
  writer.expect(json, type, "a value of another type: this one cannot be given as JSON");
}

}  // namespace

base::Result<std::string> value_from_json(std::string_view json, const Type& type) {
  const base::Result<JsonValue> parsed = parse_json(json);
  if (!parsed.has_value()) return parsed.error();
  ValueWriter writer(encode_value);
  writer.value(*parsed, type);
  if (!writer.ok()) return writer.error();
  return writer.bytes();
}

}  // namespace checkpointfs::state
