// SPDX-License-Identifier: Apache-2.0
#include "fs/metrics/metrics_accept.h"

#include <gtest/gtest.h>

namespace checkpointfs::fs {
namespace {

TEST(MetricsAccept, is_openmetrics_when_it_is_taken) {
  for (const char* accept :
       {"", " ", "*/*", "application/*", "application/openmetrics-text",
        "Application/OpenMetrics-Text; Version=1.0.0", "text/html,application/xhtml+xml,*/*;q=0.8",
        // Prometheus 2.42
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"}) {
    EXPECT_EQ(accepted_format(accept), MetricsFormat::kOpenMetrics) << accept;
  }
}

TEST(MetricsAccept, is_plain_text_when_openmetrics_is_not_taken_or_liked_less) {
  for (const char* accept :
       {"text/plain", "text/*", "text/plain;version=0.0.4;q=0.5", "text/html", "application/json",
        "text/plain, application/openmetrics-text;q=0.5", "*/*, application/openmetrics-text;q=0",
        "application/openmetrics-text; version=0.0.1", ",;,=,;q", "text/plain;q"}) {
    EXPECT_EQ(accepted_format(accept), MetricsFormat::kPrometheus) << accept;
  }
}

TEST(MetricsAccept, types_are_those_of_the_specifications) {
  EXPECT_EQ(content_type(MetricsFormat::kOpenMetrics),
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_TRUE(content_type(MetricsFormat::kPrometheus).starts_with("text/plain; version=0.0.4"));
}

}  // namespace
}  // namespace checkpointfs::fs
