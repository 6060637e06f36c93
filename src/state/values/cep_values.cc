// SPDX-License-Identifier: Apache-2.0
#include "state/values/cep_values.h"

#include <cstdint>

#include "state/values/string_values.h"

namespace checkpointfs::state {
namespace {

void read_version(ValueReader& reader) {
  const uint32_t n = reader.in().count(sizeof(int32_t), "length of the version");
  reader.out().raw("\"");
  for (uint32_t i = 0; i < n && reader.ok(); ++i) {
    if (i > 0) reader.out().raw(".");
    reader.out().integer(reader.in().i32("version"));
  }
  reader.out().raw("\"");
}

void read_event(ValueReader& reader) {
  reader.out().raw("{");
  reader.out().member(0, "id");
  reader.out().integer(reader.in().i32("event id"));
  reader.out().member(1, "timestamp");
  reader.out().long_integer(reader.in().i64("timestamp of the event"));
  reader.out().raw("}");
}

void read_node(ValueReader& reader) {
  if (reader.in().u8("has a node") == 0) return reader.out().null();
  reader.out().raw("{");
  reader.out().member(0, "event");
  read_event(reader);
  reader.out().member(1, "page");
  read_string(reader);
  reader.out().raw("}");
}

void read_edge(ValueReader& reader) {
  reader.out().raw("{");
  reader.out().member(0, "target");
  read_node(reader);
  reader.out().member(1, "version");
  read_version(reader);
  reader.out().raw("}");
}

void read_computation_state(ValueReader& reader, const Type& type) {
  reader.out().raw("{");
  reader.out().member(0, "state");
  read_string(reader);
  reader.out().member(1, "previous");
  read_node(reader);
  reader.out().member(2, "version");
  read_version(reader);
  reader.out().member(3, "start");
  reader.out().long_integer(reader.in().i64("start"));
  if (type.flag) {
    reader.out().member(4, "previous_timestamp");
    reader.out().long_integer(reader.in().i64("previous timestamp"));
  }
  reader.out().member(5, "start_event");
  if (reader.in().boolean("has a start event")) {
    read_event(reader);
  } else {
    reader.out().null();
  }
  reader.out().raw("}");
}

void read_matches(ValueReader& reader, const Type& type) {
  const uint32_t n = reader.in().count(1, "number of matches");
  reader.out().raw("[");
  for (uint32_t i = 0; i < n && reader.ok(); ++i) {
    reader.out().separate(i);
    read_computation_state(reader, type);
  }
  reader.out().raw("]");
}

}  // namespace

void read_dewey_number(ValueReader& reader, const Type&) {
  read_version(reader);
}

void read_event_id(ValueReader& reader, const Type&) {
  read_event(reader);
}

void read_node_id(ValueReader& reader, const Type&) {
  read_node(reader);
}

void read_shared_buffer_edge(ValueReader& reader, const Type&) {
  read_edge(reader);
}

void read_lockable(ValueReader& reader, const Type& type) {
  reader.out().raw("{");
  reader.out().member(0, "refs");
  reader.out().integer(reader.in().i32("references"));
  reader.out().member(1, "element");
  reader.value(member_of(type, 0));
  reader.out().raw("}");
}

void read_shared_buffer_node(ValueReader& reader, const Type&) {
  const uint32_t n = reader.in().count(sizeof(int32_t), "number of edges");
  reader.out().raw("[");
  for (uint32_t i = 0; i < n && reader.ok(); ++i) {
    reader.out().separate(i);
    reader.out().raw("{");
    reader.out().member(0, "refs");
    reader.out().integer(reader.in().i32("references"));
    reader.out().member(1, "element");
    read_edge(reader);
    reader.out().raw("}");
  }
  reader.out().raw("]");
}

void read_nfa_state(ValueReader& reader, const Type& type) {
  reader.out().raw("{");
  reader.out().member(0, "partial");
  read_matches(reader, type);
  reader.out().member(1, "completed");
  read_matches(reader, type);
  reader.out().raw("}");
}

}  // namespace checkpointfs::state
