// SPDX-License-Identifier: Apache-2.0
#include "cli/report/size_chart.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/output/terminal.h"
#include "cli/report/axis.h"
#include "cli/report/html.h"
#include "cli/report/page_text.h"

namespace checkpointfs::cli {
namespace {

using Bars = std::vector<const ListedSnapshot*>;

constexpr double kSlot = 10;  // units of the drawing, which has a height of 100
constexpr double kBar = 7;
constexpr size_t kMostSparks = 24;
constexpr size_t kMostNames = 6;  // with a label for each bar
constexpr size_t kLabelWidth = 10;

// Rounds to hundredths, to keep the page small.
std::string number(double value) {
  const auto rounded = static_cast<int64_t>(value * 100 + 0.5);
  const std::string whole = base::format("{}", rounded / 100);
  return rounded % 100 == 0 ? whole : base::format("{}.{:02}", whole, rounded % 100);
}

std::string rectangle(const char* part, double x, double y, double width, double height) {
  return base::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", part, number(x),
                      number(y), number(width), number(height));
}

Bars in_order_of_time(const ListedJob& job) {
  Bars bars;
  for (const ListedSnapshot& one : job.snapshots) bars.push_back(&one);
  std::ranges::stable_sort(bars, {}, [](const ListedSnapshot* of) {
    // Copies may have one time: then the number tells.
    return std::pair(of->snapshot.metadata_mtime_ns / 1'000'000'000, of->snapshot.checkpoint_id);
  });
  return bars;
}

uint64_t largest(const Bars& bars) {
  uint64_t most = 0;
  for (const ListedSnapshot* const bar : bars) most = std::max(most, bar->usage.all());
  return most;
}

std::string bar_parts(const ListedSnapshot& of, double x, double scale) {
  std::string svg;
  if (!index::is_sound(of.snapshot.status)) svg += rectangle("band", x - (kSlot - kBar) / 2, 0, kSlot, 100);
  double y = 100;
  for (const auto& [part, bytes] :
       {std::pair("other", of.usage.other_jobs), std::pair("shared", of.usage.shared),
        std::pair("exclusive", of.usage.own())}) {
    const double height = static_cast<double>(bytes) * scale;
    y -= height;
    if (bytes > 0) svg += rectangle(part, x, y, kBar, height);
  }
  return svg;
}

std::string drawing(const Bars& bars, const char* kind, const std::string& label, uint64_t top,
                    const std::string& behind,
                    const std::function<std::string(const ListedSnapshot&)>& title) {
  const double width = kSlot * static_cast<double>(bars.size());
  std::string svg = base::format(
      "<svg class=\"{}\" viewBox=\"0 0 {} 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">{}",
      kind, number(width), html_text(label), behind);
  for (size_t i = 0; i < bars.size(); ++i) {
    const double x = kSlot * static_cast<double>(i) + (kSlot - kBar) / 2;
    svg += base::format("<g class=\"snapshot\">{}{}</g>", title(*bars[i]),
                        bar_parts(*bars[i], x, 100 / static_cast<double>(top)));
  }
  return svg + "</svg>";
}

std::string title_of(const ListedSnapshot& of) {
  return base::format("<title>{}, {}: {}, {}; {} its own, {} shared in the job, {} with other jobs</title>",
                      html_text(base::last_component(of.snapshot.path)),
                      whole_time(of.snapshot.metadata_mtime_ns), to_string(of.snapshot.status),
                      base::human_bytes(of.usage.all()), base::human_bytes(of.usage.own()),
                      base::human_bytes(of.usage.shared), base::human_bytes(of.usage.other_jobs));
}

std::string grid(size_t lines, double width) {
  std::string svg;
  for (size_t i = 0; i < lines; ++i) {
    const std::string y = number(100 * static_cast<double>(i) / static_cast<double>(lines - 1));
    svg += base::format("<line class=\"grid\" x1=\"0\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>", number(width), y, y);
  }
  return svg;
}

std::string time_axis(const Bars& bars) {
  Bars labelled = bars;
  if (bars.size() > kMostNames) labelled = {bars.front(), bars[(bars.size() - 1) / 2], bars.back()};
  std::vector<int64_t> times;
  for (const ListedSnapshot* const of : labelled) times.push_back(of->snapshot.metadata_mtime_ns);
  const std::vector<std::string> labels = time_labels(times);
  std::string html = base::format("<div class=\"times{}\">", bars.size() > kMostNames ? " ends" : "");
  for (size_t i = 0; i < labelled.size(); ++i) {
    const bool sound = index::is_sound(labelled[i]->snapshot.status);
    html += base::format(
        "<span{}>{}<br>{}</span>", sound ? "" : " class=\"bad\"",
        html_text(shortened(base::printable(base::last_component(labelled[i]->snapshot.path)), kLabelWidth)),
        labels[i]);
  }
  return html + "</div>";
}

}  // namespace

const char kChartLegend[] =
    "<p class=\"legend\">Bytes of each snapshot: <span><i class=\"exclusive\"></i>needed by it alone</span> "
    "<span><i class=\"shared\"></i>by other snapshots of the job too</span> "
    "<span><i class=\"other\"></i>by other jobs too</span> <span><i class=\"band\"></i>not usable</span></p>\n";

std::string size_chart(const ListedJob& job, int64_t now_ns) {
  const Bars bars = in_order_of_time(job);
  const SizeAxis axis = size_axis(largest(bars));
  std::string html =
      base::format("<figure class=\"chart {}\"><div class=\"scale\">", bars.size() <= kMostNames ? "few"
                                                                       : bars.size() <= 24       ? "some"
                                                                                                 : "many");
  for (const std::string& label : axis.labels) html += base::format("<span>{}</span>", label);
  const int64_t first = bars.front()->snapshot.metadata_mtime_ns;
  const int64_t last = bars.back()->snapshot.metadata_mtime_ns;
  const std::string label = base::format("sizes of {}, from {} to {}", base::counted(bars.size(), "snapshot"),
                                         time_ago(first, now_ns), time_ago(last, now_ns));
  return html + "</div>" +
         drawing(bars, "plot", label, axis.top,
                 grid(axis.labels.size(), kSlot * static_cast<double>(bars.size())), title_of) +
         time_axis(bars) + "</figure>\n";
}

std::string sparkline(const ListedJob& job) {
  Bars bars = in_order_of_time(job);
  if (bars.size() > kMostSparks) bars.erase(bars.begin(), bars.end() - kMostSparks);
  // Few bars stay as wide as many would be.
  const uint64_t most = std::max<uint64_t>(1, largest(bars));
  const std::string label = base::format("sizes of the last {}, the largest {}",
                                         base::counted(bars.size(), "snapshot"), base::human_bytes(most));
  const char* const kind = bars.size() <= 4 ? "spark few" : bars.size() <= 12 ? "spark some" : "spark many";
  return drawing(bars, kind, label, most, {}, [](const ListedSnapshot&) { return std::string(); });
}

}  // namespace checkpointfs::cli
