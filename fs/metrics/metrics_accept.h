// SPDX-License-Identifier: Apache-2.0
// Content negotiation: the format of the metrics that an HTTP request asks for.
#pragma once

#include <string_view>

#include "fs/metrics/metrics_text.h"

namespace checkpointfs::fs {

// `accept`: the header Accept; "" if there is none. kPrometheus if plain text has the higher quality, or if
// OpenMetrics is not acceptable; otherwise kOpenMetrics.
MetricsFormat accepted_format(std::string_view accept);

// The header Content-Type.
std::string_view content_type(MetricsFormat format);

}  // namespace checkpointfs::fs
