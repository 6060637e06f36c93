// SPDX-License-Identifier: Apache-2.0
// Values of Flink's own operators and backends.
#pragma once

#include "state/types/type.h"
#include "state/values/value_reader.h"

namespace checkpointfs::state {

// {"ttl_ms":...,"value":...}.
void read_ttl(ValueReader& reader, const Type& type);
// {"timestamp":...,"key":...,"namespace":...}.
void read_timer(ValueReader& reader, const Type& type);
// {"joined":...,"element":...}.
void read_buffer_entry(ValueReader& reader, const Type& type);
// {"timestamp":...,"value":...}, {"value":...}, {"watermark":...}, {"status":...}, {"latency_marker":{...}}.
void read_stream_element(ValueReader& reader, const Type& type);
// {"pending":{"transaction":...,"start":...},"pending_commits":[...],"context":...}.
void read_two_phase_commit(ValueReader& reader, const Type& type);

}  // namespace checkpointfs::state
