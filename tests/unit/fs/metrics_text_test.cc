// SPDX-License-Identifier: Apache-2.0
#include "fs/metrics/metrics_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace checkpointfs::fs {
namespace {

MetricsFacts facts() {
  MetricsFacts facts;
  facts.version = "1.2.3";
  facts.now_ns = 100'500'000'000;
  facts.started_ns = 90'000'000'000;
  facts.snapshots = {5, 1, 0, 2, 3};
  facts.newest_ns = {{"job/a", 40'250'000'000}};
  facts.job_names = {{"job/a", "orders"}};
  facts.file_bytes = UINT64_MAX;
  facts.requests = {{"lookups", 7}, {"reads", 8}};
  facts.errors = 9;
  facts.waiting_seconds = {{"/a", 0}, {"/b", 3.5}};
  return facts;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool has(const std::string& text, const std::string& line) {
  const std::vector<std::string> lines = lines_of(text);
  return std::ranges::find(lines, line) != lines.end();
}

TEST(Metrics, samples_have_the_numbers_of_the_facts) {
  const std::string text = metrics_text(facts());
  for (const char* line :
       {"checkpointfs_build_info{version=\"1.2.3\"} 1", "checkpointfs_start_time_seconds 90.000",
        "checkpointfs_snapshots{status=\"ok\"} 5", "checkpointfs_snapshots{status=\"unreadable\"} 2",
        "checkpointfs_snapshots{status=\"healed\"} 3",
        "checkpointfs_job_info{job=\"job/a\",name=\"orders\"} 1",
        "checkpointfs_newest_complete_checkpoint_timestamp_seconds{job=\"job/a\"} 40.250",
        "checkpointfs_newest_complete_checkpoint_age_seconds{job=\"job/a\"} 60.250",
        "checkpointfs_file_bytes 18446744073709551615", "checkpointfs_requests_total{kind=\"reads\"} 8",
        "checkpointfs_source_hanging{source=\"/a\"} 0", "checkpointfs_source_hanging{source=\"/b\"} 1",
        "checkpointfs_source_waiting_seconds{source=\"/a\"} 0.000",
        "checkpointfs_source_waiting_seconds{source=\"/b\"} 3.500", "checkpointfs_errors_total 9"}) {
    EXPECT_TRUE(has(text, line)) << line << "\n" << text;
  }
}

TEST(Metrics, text_ends_as_openmetrics_demands_and_prometheus_does_not) {
  const std::string text = metrics_text(facts());
  EXPECT_TRUE(text.ends_with("\n# EOF\n"));
  EXPECT_EQ(text.find("# EOF"), text.size() - 6);
  EXPECT_EQ(metrics_text(facts(), MetricsFormat::kPrometheus).find("# EOF"), std::string::npos);
}

TEST(Metrics, families_are_called_as_each_format_has_it) {
  const std::string text = metrics_text(facts());
  EXPECT_TRUE(has(text, "# TYPE checkpointfs_requests counter"));
  EXPECT_TRUE(has(text, "# TYPE checkpointfs_build info"));
  EXPECT_TRUE(has(text, "# UNIT checkpointfs_read_bytes bytes"));
  EXPECT_TRUE(has(text, "# UNIT checkpointfs_start_time_seconds seconds"));
  const std::string old = metrics_text(facts(), MetricsFormat::kPrometheus);
  EXPECT_TRUE(has(old, "# TYPE checkpointfs_requests_total counter"));
  EXPECT_TRUE(has(old, "# TYPE checkpointfs_build_info gauge"));
  EXPECT_EQ(old.find("# UNIT"), std::string::npos);
}

// Every sample belongs to the family before it, which has a type and a help; no sample is there twice.
TEST(Metrics, samples_stand_below_their_families) {
  MetricsFacts all = facts();
  all.follow.emplace();
  for (const MetricsFormat format : {MetricsFormat::kOpenMetrics, MetricsFormat::kPrometheus}) {
    std::set<std::string> families;
    std::set<std::string> samples;
    std::string family;
    for (const std::string& line : lines_of(metrics_text(all, format))) {
      std::istringstream words(line);
      std::string hash, what, name;
      words >> hash >> what >> name;
      if (line == "# EOF") continue;
      if (hash != "#") {
        EXPECT_TRUE(line.starts_with(family)) << line;
        EXPECT_TRUE(samples.insert(line.substr(0, line.rfind(' '))).second) << line;
      } else if (what == "TYPE") {
        family = name;
        EXPECT_TRUE(families.insert(name).second) << line;
      } else {
        EXPECT_EQ(name, family) << line;
      }
    }
    EXPECT_GE(families.size(), 20U);
  }
}

TEST(Metrics, of_following_are_there_only_when_there_are_some) {
  MetricsFacts given = facts();
  EXPECT_EQ(metrics_text(given).find("scan"), std::string::npos);
  given.follow = FollowFacts{1.5, 99'000'000'000, 4, 1};
  const std::string text = metrics_text(given);
  for (const char* line :
       {"checkpointfs_follow_lag_seconds 1.500", "checkpointfs_last_scan_timestamp_seconds 99.000",
        "checkpointfs_scans_total 4", "checkpointfs_scan_errors_total 1"}) {
    EXPECT_TRUE(has(text, line)) << line;
  }
}

TEST(Metrics, labels_escape_what_would_end_them) {
  EXPECT_EQ(metrics_label("plain/ä"), "plain/ä");
  EXPECT_EQ(metrics_label("a\"b\\c"), "a\\\"b\\\\c");
  EXPECT_EQ(metrics_label("a\nb"), "a\\\\x0ab") << "a line may not end there";
  EXPECT_EQ(metrics_label("\xff\x1b"), "\\\\xff\\\\x1b") << "must be UTF-8";
  MetricsFacts hostile = facts();
  hostile.newest_ns = {{"x\"} 1\n# EOF\n", 0}};
  const std::string text = metrics_text(hostile);
  EXPECT_EQ(text.find("# EOF\n"), text.size() - 6);
}

}  // namespace
}  // namespace checkpointfs::fs
