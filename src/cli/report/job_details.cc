// SPDX-License-Identifier: Apache-2.0
#include "cli/report/job_details.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "base/text/shell.h"
#include "cli/report/html.h"
#include "cli/report/job_table.h"
#include "cli/report/page_text.h"
#include "cli/report/size_chart.h"
#include "flink/names.h"

namespace checkpointfs::cli {
namespace {

constexpr size_t kMostSnapshots = 50;
constexpr size_t kMostOperators = 20;
constexpr size_t kMostStateRows = 60;
constexpr size_t kMostPositions = 64;
constexpr size_t kMostOpen = 3;  // a page with few jobs shows everything at once

template <typename Row>
std::span<const Row> first_of(const std::vector<Row>& rows, size_t most) {
  return std::span(rows).first(std::min(rows.size(), most));
}

std::string command(std::string_view words, const index::Snapshot& of) {
  return base::format("checkpointfs {} {}", words, base::shell_quoted(of.path));
}

std::string part(const std::string& title, const std::string& content) {
  return base::format("<h3>{}</h3>\n{}", html_text(title), content);
}

std::string snapshots(const ListedJob& job, int64_t now) {
  std::vector<HtmlRow> rows;
  for (const ListedSnapshot& one : first_of(job.snapshots, kMostSnapshots)) {
    const index::Snapshot& snapshot = one.snapshot;
    const std::string newest = one.newest ? " " + html_chip("note", "newest") : "";
    rows.push_back({html_path(base::last_component(snapshot.path)),
                    html_time(snapshot.metadata_mtime_ns, now), base::format("{}", snapshot.files),
                    base::human_bytes(one.usage.all()), base::human_bytes(one.usage.own()),
                    html_status(snapshot.status) + newest});
  }
  return html_table({{"Snapshot"},
                     {"Age"},
                     {"Files", "number"},
                     {"Size", "number"},
                     {"Own", "number", "what its removal alone would free at most"},
                     {"Status"}},
                    rows) +
         left_out(
             job.snapshots.size(), rows.size(), "snapshot",
             base::format("checkpointfs list --job {}", base::shell_quoted(base::last_component(job.job))));
}

// An id, or the name that somebody gave.
std::string html_operator(const std::string& label) {
  return flink::is_job_id(label) ? html_path(label) : html_text(label);
}

std::string operators(const JobReport& job, const index::Snapshot& newest) {
  std::vector<HtmlRow> rows;
  for (const index::OperatorUse& use : first_of(job.operators, kMostOperators)) {
    const std::string name = html_operator(use.name.empty() ? use.id : use.name);
    rows.push_back({name, base::format("{}", use.parallelism), base::human_bytes(use.bytes)});
  }
  return html_table({{"Operator"}, {"Parallelism", "number"}, {"Size", "number"}}, rows) +
         left_out(job.operators.size(), rows.size(), "operator", command("show", newest));
}

// "long → string".
std::string types_of(const InventoryRow& row) {
  std::string text = row.key;
  for (const std::string& type : {row.name_space, row.map_key, row.value}) {
    if (!type.empty()) text += (text.empty() ? "" : " \xE2\x86\x92 ") + type;
  }
  return text;
}

std::string states(const JobReport& job, const index::Snapshot& newest) {
  std::vector<HtmlRow> rows;
  for (const InventoryRow& row : first_of(job.state.states, kMostStateRows)) {
    const std::string readable =
        row.readable == "yes" ? html_chip("good", "yes")
                              : base::format("{} {}", html_chip("note", row.readable), html_text(row.reason));
    rows.push_back({html_operator(row.operator_label), html_text(row.state.empty() ? "-" : row.state),
                    html_text(row.kind), html_text(types_of(row)), base::format("{}", row.subtasks),
                    readable});
  }
  return html_table({{"Operator"},
                     {"State"},
                     {"Kind"},
                     {"Types", "types"},
                     {"Subtasks", "number"},
                     {"Readable", "reason"}},
                    rows) +
         left_out(job.state.states.size(), rows.size(), "state", command("state", newest));
}

std::string positions(const JobReport& job, const index::Snapshot& newest) {
  std::vector<HtmlRow> rows;
  for (const PositionRow& row : first_of(job.state.positions, kMostPositions)) {
    const std::string subtask = row.subtask ? base::format("{}", *row.subtask) : row.place;
    const std::string offset = value_text(row.offset);
    rows.push_back({html_operator(row.operator_label), html_text(row.connector), html_text(row.topic),
                    html_text(value_text(row.partition)), html_text(offset.empty() ? row.bytes : offset),
                    html_text(subtask)});
  }
  return html_table({{"Operator"},
                     {"Connector"},
                     {"Topic"},
                     {"Partition", "number"},
                     {"Offset", "number"},
                     {"Subtask", "number"}},
                    rows) +
         left_out(job.state.positions.size(), rows.size(), "position", command("positions", newest));
}

std::string newest_parts(const JobReport& job, const index::Snapshot& newest) {
  const std::string name = base::printable(base::last_component(newest.path));
  std::string html;
  if (!job.operators.empty()) html += part(base::format("Operators of {}", name), operators(job, newest));
  if (!job.state.states.empty()) html += part(base::format("States of {}", name), states(job, newest));
  if (!job.state.positions.empty())
    html += part(base::format("Positions of the sources in {}", name), positions(job, newest));
  if (!job.state.unread.empty()) {
    html += base::format("<p class=\"faint\">State of {} that was not read: {}.</p>\n", html_text(name),
                         html_text(job.state.unread));
  }
  return html;
}

}  // namespace

std::string job_details(const Report& report, size_t i) {
  const JobReport& job = report.jobs[i];
  const ListedJob& listed = job.listed;
  const ListedSnapshot* const newest = listed.newest();
  std::string html = base::format(
      "<details id=\"{}\"{}><summary><span>{}</span> <span class=\"faint\">{}, {}</span>{}</summary>\n",
      job_anchor(i), report.jobs.size() <= kMostOpen ? " open" : "", html_job(listed),
      base::counted(listed.snapshots.size(), "snapshot"), base::human_bytes(listed.usage.all()),
      listed.broken() == 0 ? "" : html_chip("bad", base::format("{} not usable", listed.broken())));
  html += base::format("<p class=\"whole path\">{}</p>\n", html_text(path_text(listed.job)));
  const std::string others =
      listed.usage.other_jobs == 0
          ? "no other job needs any of them"
          : base::format("other jobs need {} of them", base::human_bytes(listed.usage.other_jobs));
  html += base::format("<p>{} in {}; {}.</p>\n", base::human_bytes(listed.usage.all()),
                       base::counted(listed.usage.files, "file"), others);
  html += size_chart(listed, report.time_ns) + part("Snapshots", snapshots(listed, report.time_ns));
  if (newest != nullptr) html += newest_parts(job, newest->snapshot);
  return html + "</details>\n";
}

}  // namespace checkpointfs::cli
