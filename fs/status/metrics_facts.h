// SPDX-License-Identifier: Apache-2.0
// Collects the values of all metrics of a mount.
#pragma once

#include "fs/metrics/metrics_text.h"
#include "fs/status/control_status.h"
#include "index/read/reader.h"
#include "labels/job_labels.h"

namespace checkpointfs::fs {

// The values at this moment. `labels`: of jobs. Reads every snapshot and every file of the index, but no
// reference.
MetricsFacts metrics_facts(index::Reader& reader, const ControlStatus& status, const Counters& counters,
                           const labels::JobLabels& labels);

}  // namespace checkpointfs::fs
