// SPDX-License-Identifier: Apache-2.0
// Which format of the metrics an HTTP request asks for.
#pragma once

#include <string_view>

#include "fs/metrics/metrics_text.h"

namespace checkpointfs::fs {

// By the header Accept; "" if there is none. kOpenMetrics unless plain text is liked better, or only the
// latter is taken, or neither.
MetricsFormat accepted_format(std::string_view accept);

// As the header Content-Type.
std::string_view content_type(MetricsFormat format);

}  // namespace checkpointfs::fs
