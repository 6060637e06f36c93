// SPDX-License-Identifier: Apache-2.0
#include "cli/report/report_html.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/report/dependency_graph.h"
#include "cli/report/html.h"
#include "cli/report/job_details.h"
#include "cli/report/job_table.h"
#include "cli/report/page_style.h"
#include "cli/report/page_text.h"
#include "cli/report/size_chart.h"

namespace checkpointfs::cli {
namespace {

constexpr size_t kMostReclaimable = 20;
constexpr size_t kMostDrawn = 200;  // jobs

std::string section(const std::string& id, const std::string& title, const std::string& content) {
  return base::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", id, title, content);
}

std::string tile(const std::string& value, const std::string& noun, std::string_view link = {},
                 std::string_view kind = {}) {
  const std::string content = base::format("<b>{}</b> {}", value, noun);
  if (link.empty()) return base::format("<span class=\"tile\">{}</span>\n", content);
  return base::format("<a class=\"tile {}\" href=\"#{}\">{}</a>\n", kind, link, content);
}

std::string plural(size_t n, const std::string& noun) {
  return n == 1 ? noun : noun + "s";
}

std::string tiles(const Report& report) {
  return "<nav class=\"tiles\">\n" +
         (report.broken == 0 ? tile("0", "not usable", "broken", "good")
                             : tile(base::format("{}", report.broken), "not usable", "broken", "bad")) +
         tile(base::format("{}", report.jobs.size()), plural(report.jobs.size(), "job"), "jobs") +
         tile(base::format("{}", report.snapshots), plural(report.snapshots, "snapshot"), "details") +
         tile(base::human_bytes(report.all.all()),
              base::format("in {}", base::counted(report.all.files, "file")), "reclaimable") +
         "</nav>\n";
}

std::string dependencies(const Report& report) {
  if (report.needs.empty()) return "<p class=\"fine\">No job needs files of another job.</p>\n";
  const std::string intro = base::format(
      "<p class=\"faint\">{} need files of others, or have files that others need. The oldest is "
      "on top; arrows lead to the jobs whose files are needed.</p>\n",
      base::counted(report.connected.size(), "job"));
  if (report.connected.size() <= kMostDrawn) {
    return intro +
           base::format("<div class=\"scroll\">{}</div>\n", dependency_graph(report.connected, report.needs));
  }
  return intro + left_out(report.connected.size(), 0, "job", "checkpointfs chain");
}

std::string reclaimable(const Report& report) {
  std::vector<std::pair<const ListedSnapshot*, size_t>> order;  // and the place of the job
  for (size_t i = 0; i < report.jobs.size(); ++i) {
    for (const ListedSnapshot& one : report.jobs[i].listed.snapshots) {
      if (one.usage.own() > 0) order.emplace_back(&one, i);
    }
  }
  if (order.empty())
    return "<p class=\"fine\">Removing any single snapshot frees nothing: other snapshots need its files.</p>\n";
  std::ranges::stable_sort(order, std::greater<>(), [](const auto& of) { return of.first->usage.own(); });
  std::vector<HtmlRow> rows;
  for (const auto& [one, job] : order) {
    if (rows.size() == kMostReclaimable) break;
    rows.push_back(
        {base::format("<a href=\"#{}\">{}</a>", job_anchor(job), html_job(report.jobs[job].listed)),
         html_path(base::last_component(one->snapshot.path)),
         html_time(one->snapshot.metadata_mtime_ns, report.time_ns), base::human_bytes(one->usage.own()),
         base::human_bytes(one->usage.all())});
  }
  return "<p class=\"faint\">The removal of one snapshot alone frees at most this much. A running job may need "
         "its newest snapshot: <code>checkpointfs rm</code> checks that.</p>\n" +
         html_table({{"Job"}, {"Snapshot"}, {"Age"}, {"Reclaimable", "number"}, {"Size", "number"}}, rows) +
         left_out(order.size(), rows.size(), "snapshot", "checkpointfs du");
}

std::string all_details(const Report& report) {
  std::string html = kChartLegend;
  for (size_t i = 0; i < report.jobs.size(); ++i) html += job_details(report, i);
  return html;
}

// A page that is not about the storage as it is says so before anything else.
std::string silence(const Report& report) {
  if (report.silent.empty()) return {};
  std::string names;
  for (const std::string& one : report.silent)
    names += base::format("{}{}", names.empty() ? "" : ", ", html_text(one));
  return base::format(
      "<p class=\"silence\">{} did not answer. What lies there is shown as the index had it at its last update.</p>\n",
      names);
}

std::string footer(const Report& report) {
  return base::format(
      "<footer>\n<p>Written by checkpointfs {} on {}, {}. States and positions were read of {} of {} "
      "with a usable snapshot.</p>\n</footer>\n",
      html_text(report.version), html_text(report.host), whole_time(report.time_ns), report.states_read,
      base::counted(report.states_wanted, "job"));
}

}  // namespace

std::string report_html(const Report& report) {
  std::string sources;
  std::string heading;
  for (const std::string& source : report.sources) {
    sources += base::format("{}{}", sources.empty() ? "" : ", ", html_text(source));
    heading += base::format("{}{}", heading.empty() ? "" : "<br>", html_path(source));
  }
  return base::format(
             "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<title>Checkpoints in {}</title>\n<style>{}</style>\n</head>\n<body>\n"
             "<header>\n<p class=\"eyebrow\">Checkpoints and savepoints in</p>\n<h1>{}</h1>\n"
             "<p class=\"faint\">as they were at {}</p>\n{}{}</header>\n",
             page_policy(), sources, std::string_view(kPageStyle), heading, whole_time(report.time_ns),
             silence(report), tiles(report)) +
         section("broken", "What is broken", broken_snapshots(report)) +
         section("jobs", "Jobs", job_table(report)) +
         section("dependencies", "Dependencies between jobs", dependencies(report)) +
         section("details", "Each job", all_details(report)) +
         section("reclaimable", "Reclaimable space", reclaimable(report)) + footer(report) +
         base::format("<script>{}</script>\n</body>\n</html>\n", std::string_view(kPageScript));
}

}  // namespace checkpointfs::cli
