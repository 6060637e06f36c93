// SPDX-License-Identifier: Apache-2.0
#include "state/values/framework_values.h"

#include <limits>
#include <string>

#include "base/text/hex.h"

namespace checkpointfs::state {
namespace {

// StreamElementSerializer. Newer tags have no place in a state.
enum : uint8_t { kRecordWithTimestamp, kRecord, kWatermark, kLatencyMarker, kStatus, kKnownTags };

void write_long_member(ValueReader& reader, uint64_t index, std::string_view name) {
  reader.out().member(index, name);
  reader.out().long_integer(reader.in().i64("timestamp"));
}

void read_latency_marker(ValueReader& reader) {
  reader.out().raw("{\"latency_marker\":{");
  write_long_member(reader, 0, "marked_time");
  const std::string id(reader.in().bytes(16, "operator"));
  reader.out().member(1, "operator");
  if (reader.ok() && reader.out().writes()) {
    // OperatorID.toString(): the upper part first.
    reader.out().raw("\"");
    base::append_hex_digits(id.substr(8), reader.out().text());
    base::append_hex_digits(id.substr(0, 8), reader.out().text());
    reader.out().raw("\"");
  }
  reader.out().member(2, "subtask");
  reader.out().integer(reader.in().i32("subtask"));
  reader.out().raw("}}");
}

void read_transaction(ValueReader& reader, const Type& type) {
  reader.out().raw("{");
  reader.out().member(0, "transaction");
  reader.value(type);
  write_long_member(reader, 1, "start");
  reader.out().raw("}");
}

}  // namespace

void read_ttl(ValueReader& reader, const Type& type) {
  reader.out().raw("{");
  write_long_member(reader, 0, "ttl_ms");
  reader.out().member(1, "value");
  reader.value(member_of(type, 0));
  reader.out().raw("}");
}

void read_timer(ValueReader& reader, const Type& type) {
  // The sign bit is flipped, so that the bytes sort as the numbers do.
  const int64_t timestamp = reader.in().i64("timestamp") ^ std::numeric_limits<int64_t>::min();
  reader.out().raw("{");
  reader.out().member(0, "timestamp");
  reader.out().long_integer(timestamp);
  reader.out().member(1, "key");
  reader.value(member_of(type, 0));
  reader.out().member(2, "namespace");
  reader.value(member_of(type, 1));
  reader.out().raw("}");
}

void read_buffer_entry(ValueReader& reader, const Type& type) {
  reader.out().raw("{");
  reader.out().member(0, "joined");
  reader.out().boolean(reader.in().boolean("has been joined"));
  reader.out().member(1, "element");
  reader.value(member_of(type, 0));
  reader.out().raw("}");
}

void read_stream_element(ValueReader& reader, const Type& type) {
  const uint8_t tag = reader.in().u8("tag of the stream element");
  if (tag >= kKnownTags) return reader.set_opaque();
  if (tag == kLatencyMarker) return read_latency_marker(reader);
  reader.out().raw("{");
  if (tag == kRecordWithTimestamp) write_long_member(reader, 0, "timestamp");
  if (tag == kRecordWithTimestamp || tag == kRecord) {
    reader.out().member(tag == kRecord ? 0 : 1, "value");
    reader.value(member_of(type, 0));
  } else if (tag == kWatermark) {
    write_long_member(reader, 0, "watermark");
  } else {
    reader.out().member(0, "status");
    reader.out().integer(reader.in().i32("status"));
  }
  reader.out().raw("}");
}

void read_two_phase_commit(ValueReader& reader, const Type& type) {
  const Type& transaction = member_of(type, 0);
  reader.out().raw("{");
  reader.out().member(0, "pending");
  if (!type.flag || reader.in().boolean("has a pending transaction")) {
    read_transaction(reader, transaction);
  } else {
    reader.out().null();
  }
  reader.out().member(1, "pending_commits");
  reader.out().raw("[");
  const uint32_t n = reader.in().count(sizeof(int64_t), "pending commits");
  for (uint32_t i = 0; i < n && reader.ok(); ++i) {
    reader.out().separate(i);
    read_transaction(reader, transaction);
  }
  reader.out().raw("]");
  reader.out().member(2, "context");
  reader.value_unless(!reader.in().boolean("has a context"), member_of(type, 1));
  reader.out().raw("}");
}

}  // namespace checkpointfs::state
