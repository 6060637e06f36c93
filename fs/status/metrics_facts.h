// SPDX-License-Identifier: Apache-2.0
// Where the metrics of a mount come from.
#pragma once

#include "fs/metrics/metrics_text.h"
#include "fs/status/control_status.h"
#include "index/read/reader.h"

namespace checkpointfs::fs {

// Of this moment; all but `follow`. Reads every snapshot and every file of the index, but no reference.
MetricsFacts metrics_facts(index::Reader& reader, const ControlStatus& status, const Counters& counters);

}  // namespace checkpointfs::fs
