// SPDX-License-Identifier: Apache-2.0
#include "cli/report/report_charts.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/output/terminal.h"
#include "cli/report/html.h"

namespace checkpointfs::cli {
namespace {

// Rounds to tenths, to keep the page small.
std::string tenths(double value) {
  const auto rounded = static_cast<int64_t>(value * 10 + 0.5);
  return rounded % 10 == 0 ? base::format("{}", rounded / 10)
                           : base::format("{}.{}", rounded / 10, rounded % 10);
}

std::string rectangle(const char* part, double x, double y, double width, double height) {
  return base::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", part, tenths(x),
                      tenths(y), tenths(width), tenths(height));
}

constexpr double kHeight = 160;
constexpr double kTop = 18;
constexpr double kPlotLeft = 70;
constexpr double kPlotWidth = 820;

std::string grid(uint64_t most) {
  std::string svg;
  for (const int part : {0, 1, 2}) {
    const double y = kTop + kHeight * (2 - part) / 2;
    svg += base::format(
        "<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/><text class=\"axis\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
        tenths(kPlotLeft), tenths(kPlotLeft + kPlotWidth), tenths(y), tenths(y), tenths(kPlotLeft - 6),
        tenths(y + 4), base::human_bytes(most / 2 * static_cast<uint64_t>(part)));
  }
  return svg;
}

std::string bar(const index::Snapshot& snapshot, const SpaceUsage& usage, double x, double width,
                double scale) {
  std::string svg = base::format(
      "<g class=\"snapshot\"><title>{}, {}, {}: {}, {} exclusive, {} shared in the job, {} with other jobs</title>",
      html_text(path_text(snapshot.path)), base::iso_time(snapshot.metadata_mtime_ns),
      to_string(snapshot.status), base::human_bytes(usage.all()), base::human_bytes(usage.own()),
      base::human_bytes(usage.shared), base::human_bytes(usage.other_jobs));
  double y = kTop + kHeight;
  for (const auto& [part, bytes] : {std::pair("other", usage.other_jobs), std::pair("shared", usage.shared),
                                    std::pair("exclusive", usage.own())}) {
    const double height = static_cast<double>(bytes) * scale;
    y -= height;
    if (bytes > 0) svg += rectangle(part, x, y, width, height);
  }
  return svg + "</g>";
}

}  // namespace

std::string size_chart(const Report& report, const std::string& job) {
  std::vector<const index::Snapshot*> bars;
  uint64_t most = 1;
  for (const index::Snapshot& snapshot : report.snapshots) {
    if (job_of(snapshot) != job) continue;
    bars.push_back(&snapshot);
    most = std::max(most, report.usages.snapshots.at(snapshot.id).all());
  }
  std::ranges::stable_sort(bars, {}, [](const index::Snapshot* of) { return of->metadata_mtime_ns; });
  const double step = std::min(60.0, kPlotWidth / static_cast<double>(bars.size()));
  const double width = std::max(step * 0.8, 0.5);
  std::string svg = base::format(
      "<svg class=\"sizes\" viewBox=\"0 0 900 {}\" role=\"img\" aria-label=\"size of each snapshot\">{}",
      tenths(kTop + kHeight + 22), grid(most));
  const size_t labels_every = bars.size() <= 13 ? 1 : bars.size() / 10;
  for (size_t i = 0; i < bars.size(); ++i) {
    const double x = kPlotLeft + step * static_cast<double>(i);
    svg +=
        bar(*bars[i], report.usages.snapshots.at(bars[i]->id), x, width, kHeight / static_cast<double>(most));
    const bool sound = index::is_sound(bars[i]->status);
    if (i % labels_every != 0 && sound) continue;
    const std::string name = path_text(bars[i]->path.substr(job.empty() ? 0 : job.size() + 1));
    svg += base::format("<text class=\"{}\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                        sound ? "axis" : "axis bad", tenths(x + width / 2), tenths(kTop + kHeight + 15),
                        html_text(shortened(name, 10)));
  }
  return svg + "</svg>";
}

namespace {

constexpr double kBox = 26;
constexpr double kRow = 44;
constexpr double kBoxWidth = 330;
constexpr double kEdge = kBoxWidth + 10;  // the x of the ends of arrows
constexpr double kLane = 185;             // room for a label between two arcs

// Arcs over more rows reach further, and so lie around the arcs over fewer rows.
double apex(size_t distance, size_t longest) {
  const double lane = longest < 4 ? kLane : 2 * kLane / static_cast<double>(longest - 1);
  return kEdge + 30 + lane * static_cast<double>(distance - 1);
}

double middle(size_t row) {
  return kRow / 2 + kRow * static_cast<double>(row);
}

struct Arrow {
  size_t from = 0;  // rows
  size_t to = 0;
  std::string attributes;
  std::string label;

  size_t distance() const { return from > to ? from - to : to - from; }
};

std::vector<Arrow> arrows_of(const JobDependencies& dependencies, const std::vector<std::string>& jobs) {
  std::unordered_map<std::string, size_t> rows;
  for (size_t i = 0; i < jobs.size(); ++i) rows[jobs[i]] = i;
  std::vector<Arrow> arrows;
  for (const auto& [job, owners] : dependencies.of_jobs) {
    for (const auto& [owner, dependency] : owners) {
      if (owner == job) continue;
      arrows.push_back({rows.at(job), rows.at(owner),
                        base::format("data-from=\"{}\" data-to=\"{}\"", html_text(job), html_text(owner)),
                        base::format("{}, {}", base::counted(dependency.files, "file"),
                                     base::human_bytes(dependency.bytes))});
    }
  }
  return arrows;
}

std::string arc(const Arrow& arrow, double at) {
  const double side = arrow.to > arrow.from ? 5 : -5;
  const double from = middle(arrow.from) + side;
  const double to = middle(arrow.to) - side;
  const double control = kEdge + (at - kEdge) / 0.75;  // a cubic curve reaches three quarters of the way
  return base::format("<path class=\"need\" {} marker-end=\"url(#tip)\" d=\"M{} {}C{} {} {} {} {} {}\"/>",
                      arrow.attributes, tenths(kEdge), tenths(from), tenths(control), tenths(from),
                      tenths(control), tenths(to), tenths(kEdge + 2), tenths(to));
}

}  // namespace

std::string chain_chart(const JobDependencies& dependencies, const std::vector<std::string>& jobs) {
  const std::vector<Arrow> arrows = arrows_of(dependencies, jobs);
  size_t longest = 1;
  for (const Arrow& arrow : arrows) longest = std::max(longest, arrow.distance());
  std::string svg = base::format(
      "<svg class=\"chain\" viewBox=\"0 0 900 {}\" role=\"img\" aria-label=\"jobs and the jobs whose files they need\"><defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>",
      tenths(kRow * static_cast<double>(jobs.size())));
  for (size_t i = 0; i < jobs.size(); ++i) {
    const std::string name = path_text(jobs[i]);
    svg += base::format(
        "<g class=\"job\" data-job=\"{}\"><title>{}</title>{}<text x=\"20\" y=\"{}\">{}</text></g>",
        html_text(jobs[i]), html_text(name), rectangle("box", 10, middle(i) - kBox / 2, kBoxWidth, kBox),
        tenths(middle(i) + 4), html_text(shortened(name, 36)));
  }
  std::string labels;  // above all arrows
  for (const Arrow& arrow : arrows) {
    const double at = apex(arrow.distance(), longest);
    svg += arc(arrow, at);
    labels += base::format("<text class=\"need\" x=\"{}\" y=\"{}\">{}</text>", tenths(at + 6),
                           tenths((middle(arrow.from) + middle(arrow.to)) / 2 + 4), arrow.label);
  }
  return svg + labels + "</svg>";
}

}  // namespace checkpointfs::cli
