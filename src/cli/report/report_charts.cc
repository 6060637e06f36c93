// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <unordered_map>
#include <vector>

#include "base/text/concat.h"
#include "base/text/format.h"
#include "cli/output/terminal.h"
#include "cli/report/report_html.h"

namespace checkpointfs::cli {
namespace {

using base::concat;

// Tenths, so that no more digits than are needed are in the page.
std::string tenths(double value) {
  const auto rounded = static_cast<int64_t>(value * 10 + 0.5);
  return rounded % 10 == 0 ? concat(rounded / 10) : concat(rounded / 10, ".", rounded % 10);
}

std::string rectangle(const char* part, double x, double y, double width, double height) {
  return concat("<rect class=\"", part, "\" x=\"", tenths(x), "\" y=\"", tenths(y), "\" width=\"",
                tenths(width), "\" height=\"", tenths(height), "\"/>");
}

constexpr double kHeight = 160;
constexpr double kTop = 18;
constexpr double kLeft = 70;
constexpr double kWidth = 820;

std::string grid(uint64_t most) {
  std::string svg;
  for (const int part : {0, 1, 2}) {
    const double y = kTop + kHeight * (2 - part) / 2;
    svg += concat("<line class=\"grid\" x1=\"", tenths(kLeft), "\" x2=\"", tenths(kLeft + kWidth), "\" y1=\"",
                  tenths(y), "\" y2=\"", tenths(y), "\"/><text class=\"axis\" x=\"", tenths(kLeft - 6),
                  "\" y=\"", tenths(y + 4), "\" text-anchor=\"end\">",
                  base::human_bytes(most / 2 * static_cast<uint64_t>(part)), "</text>");
  }
  return svg;
}

std::string bar(const index::Snapshot& snapshot, const Usage& usage, double x, double width, double scale) {
  std::string svg = concat("<g class=\"snapshot\"><title>", html_text(path_text(snapshot.path)), ", ",
                           base::iso_time(snapshot.metadata_mtime_ns), ", ", to_string(snapshot.status), ": ",
                           base::human_bytes(usage.all()), ", ", base::human_bytes(usage.own()),
                           " exclusive, ", base::human_bytes(usage.shared), " shared in the job, ",
                           base::human_bytes(usage.other_jobs), " with other jobs</title>");
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
  const double step = std::min(60.0, kWidth / static_cast<double>(bars.size()));
  const double width = std::max(step * 0.8, 0.5);
  std::string svg = concat("<svg class=\"sizes\" viewBox=\"0 0 900 ", tenths(kTop + kHeight + 22),
                           "\" role=\"img\" aria-label=\"size of each snapshot\">", grid(most));
  const size_t labels_every = bars.size() <= 13 ? 1 : bars.size() / 10;
  for (size_t i = 0; i < bars.size(); ++i) {
    const double x = kLeft + step * static_cast<double>(i);
    svg +=
        bar(*bars[i], report.usages.snapshots.at(bars[i]->id), x, width, kHeight / static_cast<double>(most));
    const bool sound = index::is_sound(bars[i]->status);
    if (i % labels_every != 0 && sound) continue;
    const std::string name = path_text(bars[i]->path.substr(job.empty() ? 0 : job.size() + 1));
    svg += concat("<text class=\"", sound ? "axis" : "axis bad", "\" x=\"", tenths(x + width / 2), "\" y=\"",
                  tenths(kTop + kHeight + 15), "\" text-anchor=\"middle\">", html_text(shortened(name, 10)),
                  "</text>");
  }
  return svg + "</svg>";
}

namespace {

constexpr double kBox = 26;
constexpr double kRow = 44;
constexpr double kBoxWidth = 330;
constexpr double kEdge = kBoxWidth + 10;  // where arrows start and end
constexpr double kLane = 185;             // room for a label between two arcs

// Arcs over more rows reach further, so that they are around those over fewer.
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

std::vector<Arrow> arrows_of(const Chain& chain, const std::vector<std::string>& jobs) {
  std::unordered_map<std::string, size_t> rows;
  for (size_t i = 0; i < jobs.size(); ++i) rows[jobs[i]] = i;
  std::vector<Arrow> arrows;
  for (const auto& [job, needs] : chain.needs) {
    for (const auto& [owner, need] : needs) {
      if (owner == job) continue;
      arrows.push_back({rows.at(job), rows.at(owner),
                        concat("data-from=\"", html_text(job), "\" data-to=\"", html_text(owner), "\""),
                        concat(base::counted(need.files, "file"), ", ", base::human_bytes(need.bytes))});
    }
  }
  return arrows;
}

std::string arc(const Arrow& arrow, double at) {
  const double side = arrow.to > arrow.from ? 5 : -5;
  const double from = middle(arrow.from) + side;
  const double to = middle(arrow.to) - side;
  const double control = kEdge + (at - kEdge) / 0.75;  // a cubic curve gets three quarters of the way there
  return concat("<path class=\"need\" ", arrow.attributes, " marker-end=\"url(#tip)\" d=\"M", tenths(kEdge),
                " ", tenths(from), "C", tenths(control), " ", tenths(from), " ", tenths(control), " ",
                tenths(to), " ", tenths(kEdge + 2), " ", tenths(to), "\"/>");
}

}  // namespace

std::string chain_chart(const Chain& chain, const std::vector<std::string>& jobs) {
  const std::vector<Arrow> arrows = arrows_of(chain, jobs);
  size_t longest = 1;
  for (const Arrow& arrow : arrows) longest = std::max(longest, arrow.distance());
  std::string svg =
      concat("<svg class=\"chain\" viewBox=\"0 0 900 ", tenths(kRow * static_cast<double>(jobs.size())),
             "\" role=\"img\" aria-label=\"which jobs need files of which\"><defs><marker id=\"tip\" "
             "viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" "
             "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>");
  for (size_t i = 0; i < jobs.size(); ++i) {
    const std::string name = path_text(jobs[i]);
    svg +=
        concat("<g class=\"job\" data-job=\"", html_text(jobs[i]), "\"><title>", html_text(name), "</title>",
               rectangle("box", 10, middle(i) - kBox / 2, kBoxWidth, kBox), "<text x=\"20\" y=\"",
               tenths(middle(i) + 4), "\">", html_text(shortened(name, 36)), "</text></g>");
  }
  std::string labels;  // above all arrows
  for (const Arrow& arrow : arrows) {
    const double at = apex(arrow.distance(), longest);
    svg += arc(arrow, at);
    labels += concat("<text class=\"need\" x=\"", tenths(at + 6), "\" y=\"",
                     tenths((middle(arrow.from) + middle(arrow.to)) / 2 + 4), "\">", arrow.label, "</text>");
  }
  return svg + labels + "</svg>";
}

}  // namespace checkpointfs::cli
