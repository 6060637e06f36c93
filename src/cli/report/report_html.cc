// SPDX-License-Identifier: Apache-2.0
#include "cli/report/report_html.h"

#include <algorithm>
#include <chrono>
#include <functional>

#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/report/html.h"
#include "cli/report/report_charts.h"

namespace checkpointfs::cli {
namespace {

constexpr size_t kRows = 20;  // of the tables of largest snapshots and operators

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2024; --faint: #60646c; --line: #d9dbe0;
  --exclusive: #2f6fb3; --shared: #8fb8de; --other: #d08a2e; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --paper: #15171a; --ink: #e6e8ea; --faint: #9ba1a8; --line: #33373c;
  --exclusive: #6aa5e0; --shared: #35587c; --other: #d99a45; --bad: #f2897f; } }
body { background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto;
  max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .5rem; }
h3 { font: 600 .85rem ui-monospace, monospace; margin: 1.2rem 0 .2rem; overflow-wrap: anywhere; }
p { margin: .3rem 0; } .faint { color: var(--faint); }
table { border-collapse: collapse; width: 100%; } th, td { border-bottom: 1px solid var(--line);
  padding: .25rem .5rem .25rem 0; text-align: left; vertical-align: baseline; } th { color: var(--faint); font-weight: 500; }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.path { font: .85rem ui-monospace, monospace; overflow-wrap: anywhere; } .bad { color: var(--bad); }
svg { display: block; width: 100%; } svg text { fill: var(--ink); font: 12px ui-monospace, monospace; }
svg text.axis { fill: var(--faint); font: 11px system-ui, sans-serif; } svg text.axis.bad { fill: var(--bad); } .grid { stroke: var(--line); }
rect.exclusive, i.exclusive { fill: var(--exclusive); background: var(--exclusive); }
rect.shared, i.shared { fill: var(--shared); background: var(--shared); }
rect.other, i.other { fill: var(--other); background: var(--other); }
i { display: inline-block; height: .7em; margin: 0 .35em 0 1em; width: .7em; print-color-adjust: exact; }
rect { print-color-adjust: exact; } rect.box { fill: none; stroke: var(--ink); }
path.need { fill: none; stroke: var(--other); stroke-width: 1.5; }
text.need { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; } marker path { fill: var(--other); }
td span, p span { white-space: nowrap; }
@media print { :root { --paper: #fff; --ink: #000; --faint: #444; --line: #bbb; --exclusive: #2f6fb3;
  --shared: #8fb8de; --other: #d08a2e; --bad: #b3261e; } div, tr, svg { break-inside: avoid; }
  h2, h3, p.faint { break-after: avoid; } body { font-size: 11px; margin: 0; max-width: none; } }
)css";

using Row = std::vector<std::string>;

// Columns from `numbers` on are numbers. Cells are HTML.
std::string table(const Row& head, const std::vector<Row>& rows, size_t numbers) {
  const auto cells = [&](std::string_view element, const Row& row) {
    std::string out = "<tr>";
    for (size_t i = 0; i < row.size(); ++i) {
      const char* kind = i >= numbers ? " class=\"number\"" : element == "td" ? " class=\"path\"" : "";
      out += base::format("<{}{}>{}</{}>", element, kind, row[i], element);
    }
    return out + "</tr>\n";
  };
  std::string out = "<table>\n<thead>" + cells("th", head) + "</thead>\n<tbody>\n";
  for (const Row& row : rows) out += cells("td", row);
  return out + "</tbody>\n</table>\n";
}

std::string section(const std::string& title, const std::string& content) {
  return base::format("<section>\n<h2>{}</h2>\n{}</section>\n", title, content);
}

// "3 snapshots, 2026-11-22T10:24:00Z to 2026-11-23T10:24:00Z".
std::string period(const Report& report, const std::string& job) {
  int64_t first = INT64_MAX;
  int64_t last = INT64_MIN;
  for (const index::Snapshot& snapshot : report.snapshots) {
    if (job_of(snapshot) != job) continue;
    first = std::min(first, snapshot.metadata_mtime_ns);
    last = std::max(last, snapshot.metadata_mtime_ns);
  }
  const std::string from = base::iso_time(first);
  const std::string to = base::iso_time(last);
  return base::format("{}, {}{}", base::counted(report.dependencies.snapshots.at(job), "snapshot"), from,
                      from == to ? "" : base::format(" to {}", to));
}

std::string sizes(const Report& report) {
  std::string out =
      "<p class=\"faint\">Bytes of each snapshot, needed by: <span><i class=\"exclusive\"></i>this snapshot alone</span> "
      "<span><i class=\"shared\"></i>other snapshots of the job</span> "
      "<span><i class=\"other\"></i>other jobs</span></p>\n";
  for (const std::string& job : report.jobs) {
    const auto usage = report.usages.jobs.find(job);
    if (usage == report.usages.jobs.end() || !report.dependencies.snapshots.contains(job)) continue;
    out += base::format(
        "<div>\n<h3>{}</h3>\n<p>{}: {} in {}, {} of it needed by other jobs too</p>\n{}\n</div>\n",
        html_text(path_text(job)), period(report, job), base::human_bytes(usage->second.all()),
        base::counted(usage->second.files, "file"), base::human_bytes(usage->second.other_jobs),
        size_chart(report, job));
  }
  return out;
}

std::string chain(const Report& report) {
  std::vector<Row> rows;
  for (const std::string& job : report.jobs) {
    const auto owners = report.dependencies.of_jobs.find(job);
    if (owners == report.dependencies.of_jobs.end()) continue;
    for (const auto& [owner, dependency] : owners->second) {
      if (owner == job) continue;
      rows.push_back({html_text(path_text(job)), html_text(path_text(owner)),
                      base::format("{}", dependency.files), base::human_bytes(dependency.bytes)});
    }
  }
  const std::string chart = base::format("<div>{}</div>\n", chain_chart(report.dependencies, report.jobs));
  if (rows.empty()) return chart + "<p>No job needs files of another job.</p>\n";
  return "<p class=\"faint\">The oldest job is first. Arrows lead to the jobs whose files are needed.</p>\n" +
         chart + table({"job", "needs files of", "files", "size"}, rows, 2);
}

std::string broken(const Report& report) {
  std::vector<Row> rows;
  for (const index::Snapshot& snapshot : report.snapshots) {
    if (snapshot.status == index::SnapshotStatus::kOk) continue;
    const char* mark = index::is_sound(snapshot.status) ? "" : " class=\"bad\"";
    rows.push_back({html_text(path_text(snapshot.path)),
                    base::format("<span{}>{}</span>", mark, to_string(snapshot.status)),
                    html_text(base::printable(snapshot.reason))});
  }
  if (rows.empty()) return "<p>None: every snapshot is whole.</p>\n";
  return table({"snapshot", "status", "reason"}, rows, 3);
}

std::string reclaimable(const Report& report) {
  std::vector<std::pair<uint64_t, const index::Snapshot*>> order;
  for (const index::Snapshot& snapshot : report.snapshots) {
    order.emplace_back(report.usages.snapshots.at(snapshot.id).own(), &snapshot);
  }
  std::ranges::stable_sort(order, std::greater<>(), [](const auto& entry) { return entry.first; });
  std::vector<Row> rows;
  for (const auto& [bytes, snapshot] : order) {
    if (rows.size() == kRows || bytes == 0) break;
    rows.push_back({html_text(path_text(snapshot->path)), base::human_bytes(bytes),
                    base::human_bytes(report.usages.snapshots.at(snapshot->id).all())});
  }
  if (rows.empty())
    return "<p>Removing any single snapshot frees nothing: other snapshots need its files.</p>\n";
  return "<p class=\"faint\">Removing one snapshot alone frees at most this much. A running job may need its "
         "newest snapshot.</p>\n" +
         table({"snapshot", "reclaimable", "size"}, rows, 1);
}

std::string operators(const Report& report) {
  std::vector<Row> rows;
  for (const OperatorState& of : report.operators) {
    if (rows.size() == kRows) break;
    const std::string name = of.use.name.empty() ? of.use.id : of.use.name;
    rows.push_back({html_text(base::printable(name)), html_text(path_text(of.snapshot)),
                    base::format("{}", of.use.parallelism), base::human_bytes(of.use.bytes)});
  }
  return "<p class=\"faint\">In the newest snapshot of each job.</p>\n" +
         table({"operator", "snapshot", "parallelism", "state"}, rows, 2);
}

}  // namespace

std::string report_html(const Report& report) {
  std::string sources;
  for (const std::string& source : report.sources) {
    sources += base::format("{}{}", sources.empty() ? "" : ", ", html_text(base::printable(source)));
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto bad = std::ranges::count_if(report.snapshots,
                                         [](const index::Snapshot& s) { return !index::is_sound(s.status); });
  return base::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>Checkpoints in {}</title>\n<style>{}</style>\n</head>\n<body>\n<h1>Checkpoints in {}</h1>\n<p class=\"faint\">{}</p>\n<p>{} of {}, {}, {}, {}</p>\n{}{}{}{}{}</body>\n</html>\n",
      sources, kStyle, sources,
      base::iso_time(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()),
      base::counted(report.snapshots.size(), "snapshot"),
      base::counted(report.dependencies.snapshots.size(), "job"),
      base::counted(report.usages.all.files, "file"), base::human_bytes(report.usages.all.all()),
      bad == 0 ? "none broken" : base::format("<span class=\"bad\">{} broken</span>", bad),
      section("Size over time", sizes(report)), section("Dependencies between jobs", chain(report)),
      section("Broken snapshots", broken(report)), section("Reclaimable space", reclaimable(report)),
      section("Largest operators", operators(report)));
}

}  // namespace checkpointfs::cli
