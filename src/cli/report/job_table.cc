// SPDX-License-Identifier: Apache-2.0
#include "cli/report/job_table.h"

#include <vector>

#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/report/html.h"
#include "cli/report/page_text.h"
#include "cli/report/size_chart.h"

namespace checkpointfs::cli {
namespace {

constexpr size_t kMostBroken = 100;

std::string link_to(size_t job, const std::string& content) {
  return base::format("<a href=\"#{}\">{}</a>", job_anchor(job), content);
}

std::string operator_hint(const JobReport& job) {
  if (job.operator_name.empty()) return {};
  return base::format(
      " <span class=\"hint\" title=\"its largest operator, whose name no other job has\">{}</span>",
      html_text(job.operator_name));
}

std::string job_status(const ListedJob& job) {
  if (job.newest() == nullptr) return html_chip("bad", "nothing usable");
  if (job.broken() != 0) return html_chip("bad", base::format("{} not usable", job.broken()));
  for (const ListedSnapshot& one : job.snapshots) {
    if (one.snapshot.status != index::SnapshotStatus::kOk) return html_status(one.snapshot.status);
  }
  return html_chip("good", "ok");
}

HtmlRow broken_row(const Report& report, size_t job, const index::Snapshot& snapshot) {
  const ListedJob& listed = report.jobs[job].listed;
  return {link_to(job, html_job(listed)), html_path(base::last_component(snapshot.path)),
          HtmlCell(html_time(snapshot.metadata_mtime_ns, report.time_ns), snapshot.metadata_mtime_ns),
          html_status(snapshot.status), html_text(snapshot.reason)};
}

}  // namespace

std::string job_anchor(size_t i) {
  return base::format("job-{}", i + 1);
}

std::string html_job(const ListedJob& job) {
  if (job.label.empty()) return html_path(job.job);
  // The name of a copy has its path.
  const bool is_copy = job.name.find('/', job.label.size()) != std::string::npos;
  return base::format("<span class=\"label\" title=\"{}\">{}</span> {}", html_text(job.job),
                      html_text(job.label), html_path(is_copy ? job.job : base::last_component(job.job)));
}

std::string broken_snapshots(const Report& report) {
  std::vector<HtmlRow> rows;
  size_t all = 0;
  // Those that cannot be used come before those that were healed.
  for (const bool sound : {false, true}) {
    for (size_t i = 0; i < report.jobs.size(); ++i) {
      for (const ListedSnapshot& one : report.jobs[i].listed.snapshots) {
        const index::SnapshotStatus status = one.snapshot.status;
        if (status == index::SnapshotStatus::kOk || index::is_sound(status) != sound) continue;
        if (++all <= kMostBroken) rows.push_back(broken_row(report, i, one.snapshot));
      }
    }
  }
  if (rows.empty()) return "<p class=\"fine\">Every snapshot is complete.</p>\n";
  return html_table({{"Job"}, {"Snapshot"}, {"Age"}, {"Status"}, {"Reason", "reason"}}, rows) +
         left_out(all, rows.size(), "snapshot", "checkpointfs list --long");
}

std::string job_table(const Report& report) {
  std::vector<HtmlRow> rows;
  for (size_t i = 0; i < report.jobs.size(); ++i) {
    const ListedJob& job = report.jobs[i].listed;
    const ListedSnapshot* const newest = job.newest();
    const int64_t time = newest == nullptr ? 0 : newest->snapshot.metadata_mtime_ns;
    rows.push_back(
        {link_to(i, html_job(job)) + operator_hint(report.jobs[i]),
         newest == nullptr ? "none" : html_path(base::last_component(newest->snapshot.path)),
         HtmlCell(newest == nullptr ? "" : html_time(time, report.time_ns), time),
         HtmlCell(base::format("{}", job.snapshots.size()), static_cast<int64_t>(job.snapshots.size())),
         HtmlCell(base::human_bytes(job.usage.all()), static_cast<int64_t>(job.usage.all())),
         HtmlCell(base::human_bytes(job.usage.own()), static_cast<int64_t>(job.usage.own())),
         HtmlCell(sparkline(job), static_cast<int64_t>(job.snapshots.front().usage.all())), job_status(job)});
  }
  return html_table({{"Job"},
                     {"Newest usable"},
                     {"Age", "", "of the newest usable snapshot"},
                     {"Snapshots", "number"},
                     {"Size", "number", "of the files of its snapshots, each counted once"},
                     {"Own", "number", "of the files that no other job needs"},
                     {"Trend", "trend", "sizes of its latest snapshots"},
                     {"Status"}},
                    rows, "sortable");
}

}  // namespace checkpointfs::cli
