// SPDX-License-Identifier: Apache-2.0
// Values of org.apache.flink.cep, the states of MATCH_RECOGNIZE and of patterns.
#pragma once

#include "state/types/type.h"
#include "state/values/value_reader.h"

namespace checkpointfs::state {

// "1.0.2".
void read_dewey_number(ValueReader& reader, const Type& type);
// {"id":...,"timestamp":...}.
void read_event_id(ValueReader& reader, const Type& type);
// {"event":...,"page":...} or null.
void read_node_id(ValueReader& reader, const Type& type);
// {"target":...,"version":...}: a NodeId and a DeweyNumber.
void read_shared_buffer_edge(ValueReader& reader, const Type& type);
// {"refs":...,"element":...}.
void read_lockable(ValueReader& reader, const Type& type);
// [{"refs":...,"element":<edge>},...].
void read_shared_buffer_node(ValueReader& reader, const Type& type);
// {"partial":[...],"completed":[...]} of {"state":...,"previous":<node id>,"version":...,"start":...,
// "start_event":<event id or null>}, with "previous_timestamp" after "start" where the serializer has it.
void read_nfa_state(ValueReader& reader, const Type& type);

}  // namespace checkpointfs::state
