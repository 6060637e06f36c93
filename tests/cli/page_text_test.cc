// SPDX-License-Identifier: Apache-2.0
// Words and axes of the page of `report`.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "cli/report/axis.h"
#include "cli/report/dependency_graph.h"
#include "cli/report/page_text.h"

namespace checkpointfs::cli {
namespace {

using Labels = std::vector<std::string>;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNow = 1'795'000'000 * kSecond;  // 2026-11-18T11:06:40Z

std::string ago(int64_t seconds) {
  return time_ago(kNow - seconds * kSecond, kNow);
}

TEST(PageText, ages_have_their_largest_unit) {
  EXPECT_EQ(ago(0), "0 seconds ago");
  EXPECT_EQ(ago(119), "119 seconds ago");
  EXPECT_EQ(ago(120), "2 minutes ago");
  EXPECT_EQ(ago(7'200), "2 hours ago");
  EXPECT_EQ(ago(6 * 86'400 + 5), "6 days ago");
  EXPECT_EQ(ago(90 * 86'400), "3 months ago");
  EXPECT_EQ(ago(800 * 86'400), "2 years ago");
  EXPECT_EQ(ago(-5), "in the future");
  EXPECT_EQ(html_time(kNow - 6 * 86'400 * kSecond, kNow),
            "<time datetime=\"2026-11-12T11:06:40Z\" title=\"2026-11-12 11:06:40 UTC\">6 days ago</time>");
}

TEST(PageText, long_ids_keep_both_ends) {
  EXPECT_EQ(with_short_ids("prod/2960957b08e4c57f7cf4a712afcdf82b/chk-4"),
            "prod/2960957b\xE2\x80\xA6"
            "f82b/chk-4");
  EXPECT_EQ(with_short_ids("2960957b08e4"), "2960957b08e4");
  EXPECT_EQ(html_path("a<b/c"), "<span class=\"path\" title=\"a&lt;b/c\">a&lt;b/<wbr>c</span>");
}

TEST(Axis, of_sizes_is_round) {
  const auto labels = [](uint64_t most) { return size_axis(most).labels; };
  EXPECT_EQ(labels(900 * 1024), (Labels{"1000 KiB", "500 KiB", "0"}));
  EXPECT_EQ(labels(3 << 20), (Labels{"3 MiB", "2 MiB", "1 MiB", "0"}));
  EXPECT_EQ(labels(0), (Labels{"1 KiB", "0"}));
  EXPECT_EQ(labels(7), (Labels{"8 B", "6 B", "4 B", "2 B", "0"}));
  for (uint64_t most = 1; most < (uint64_t{1} << 55); most = most * 3 + 1) {
    const SizeAxis axis = size_axis(most);
    EXPECT_GE(axis.top, most);
    EXPECT_LE(axis.top, 4 * most + 3) << most;
    EXPECT_LE(axis.labels.size(), 5u);
  }
  EXPECT_FALSE(size_axis(UINT64_MAX).labels.empty());
}

TEST(Axis, of_times_says_no_more_than_tells_them_apart) {
  EXPECT_EQ(time_labels({}), Labels());
  EXPECT_EQ(time_labels({kNow, kNow + 20 * kSecond}), (Labels{"11:06:40", "11:07:00"}));
  EXPECT_EQ(time_labels({kNow, kNow + 7'200 * kSecond}), (Labels{"11:06", "13:06"}));
  EXPECT_EQ(time_labels({kNow, kNow + 86'400 * kSecond}), (Labels{"18 Nov 11:06", "19 Nov 11:06"}));
  EXPECT_EQ(time_labels({kNow, kNow + 20 * 86'400 * kSecond}), (Labels{"18 Nov", "8 Dec"}));
  EXPECT_EQ(time_labels({kNow, kNow + 90 * 86'400 * kSecond}), (Labels{"18 Nov 2026", "16 Feb 2027"}));
}

std::vector<std::string> jobs_in(const std::vector<GraphJob>& jobs) {
  std::vector<std::string> paths;
  for (const GraphJob& job : jobs) paths.push_back(job.job);
  return paths;
}

TEST(DependencyGraph, has_connected_jobs_only_part_by_part) {
  const std::vector<GraphJob> jobs = {{"a", "a"}, {"x", "x"}, {"b", "b"}, {"alone", "alone"}, {"y", "y"}};
  const std::vector<Need> needs = {{"b", "a", {1, 10}}, {"y", "x", {2, 20}}};
  EXPECT_EQ(jobs_in(connected_jobs(jobs, needs)), (std::vector<std::string>{"a", "b", "x", "y"}));
  EXPECT_EQ(connected_jobs(jobs, {}).size(), 0u);
}

TEST(DependencyGraph, leaves_out_what_a_job_needs_of_itself) {
  JobDependencies dependencies;
  dependencies.of_jobs["a"]["a"] = {3, 30};
  dependencies.of_jobs["a"]["b"] = {1, 10};
  const std::vector<Need> needs = needs_between_jobs(dependencies);
  ASSERT_EQ(needs.size(), 1u);
  EXPECT_EQ(needs[0].owner, "b");
}

// The y of all texts that stand beside the boxes.
std::vector<int> lines_of(const std::string& svg) {
  std::vector<int> lines;
  const std::string text = "<text class=\"need\" x=\"";
  for (size_t at = svg.find(text); at != std::string::npos; at = svg.find(text, at + 1)) {
    const size_t y = svg.find(" y=\"", at) + 4;
    lines.push_back(std::stoi(svg.substr(y)));
  }
  return lines;
}

TEST(DependencyGraph, has_no_text_over_another) {
  std::vector<GraphJob> jobs;
  std::vector<Need> needs;
  for (int i = 0; i < 6; ++i) {
    const std::string job(1, static_cast<char>('a' + i));
    jobs.push_back({job, job});
    for (int owner = 0; owner < i; ++owner)
      needs.push_back({job, jobs[static_cast<size_t>(owner)].job, {1, 1}});
  }
  const std::vector<int> lines = lines_of(dependency_graph(connected_jobs(jobs, needs), needs));
  ASSERT_EQ(lines.size(), needs.size());
  for (size_t i = 1; i < lines.size(); ++i) EXPECT_GE(lines[i], lines[i - 1] + 14);
}

}  // namespace
}  // namespace checkpointfs::cli
