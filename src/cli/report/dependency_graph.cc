// SPDX-License-Identifier: Apache-2.0
#include "cli/report/dependency_graph.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <set>
#include <string_view>

#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/output/terminal.h"
#include "cli/query/query_target.h"
#include "cli/report/html.h"

namespace checkpointfs::cli {
namespace {

// Pixels.
constexpr int64_t kLine = 22;  // of text
constexpr int64_t kLeast = 34;
constexpr int64_t kGap = 12;  // between boxes
constexpr int64_t kPartGap = 34;
constexpr int64_t kBoxWidth = 216;
constexpr int64_t kLane = 14;
constexpr int64_t kLetter = 7;
constexpr size_t kNameWidth = 28;

// The place of a job. Its needs begin at lines of their own, and arrows end below them.
struct Box {
  int64_t top = 0;
  int64_t height = 0;
  int64_t arrows_at = 0;  // y
};

struct Arrow {
  const Need* need = nullptr;
  int64_t from = 0;  // y
  int64_t to = 0;
  size_t lane = 0;

  int64_t low() const { return std::min(from, to); }
  int64_t high() const { return std::max(from, to); }
};

using Boxes = std::map<std::string, Box>;

// The first job of the part that each job belongs to, by a union of sets.
class Parts {
 public:
  explicit Parts(size_t jobs) : above_(jobs) { std::iota(above_.begin(), above_.end(), size_t{0}); }
  size_t of(size_t job) const {
    while (above_[job] != job) job = above_[job];
    return job;
  }
  void join(size_t a, size_t b) {
    a = of(a);
    b = of(b);
    above_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<size_t> above_;
};

std::map<std::string, size_t> places_of(const std::vector<GraphJob>& jobs) {
  std::map<std::string, size_t> places;
  for (size_t i = 0; i < jobs.size(); ++i) places[jobs[i].job] = i;
  return places;
}

Parts parts_of(const std::vector<GraphJob>& jobs, const std::vector<Need>& needs) {
  const std::map<std::string, size_t> places = places_of(jobs);
  Parts parts(jobs.size());
  for (const Need& need : needs) parts.join(places.at(need.job), places.at(need.owner));
  return parts;
}

// Places boxes below each other, and sets where the arrows begin and end.
std::vector<Arrow> place(const std::vector<GraphJob>& jobs, const std::vector<Need>& needs, Boxes& boxes) {
  const Parts parts = parts_of(jobs, needs);
  std::vector<Arrow> arrows;
  int64_t y = 1;
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (i > 0) y += parts.of(i) == parts.of(i - 1) ? kGap : kPartGap;
    Box& box = boxes[jobs[i].job];
    box.top = y;
    int64_t line = y + 6 + kLine / 2;
    for (const Need& need : needs) {
      if (need.job != jobs[i].job) continue;
      arrows.push_back({&need, line, 0, 0});
      line += kLine;
    }
    const bool is_needed = std::ranges::find(needs, jobs[i].job, &Need::owner) != needs.end();
    box.arrows_at = line;
    if (is_needed) line += kLine;
    box.height = std::max(kLeast, line - kLine / 2 + 6 - y);
    if (box.height == kLeast && is_needed) box.arrows_at = y + kLeast / 2;
    y += box.height;
  }
  for (Arrow& arrow : arrows) arrow.to = boxes.at(arrow.need->owner).arrows_at;
  return arrows;
}

// Gives each arrow the first lane in which no other one lies beside it; short ones first. Returns the number
// of lanes.
size_t assign_lanes(std::vector<Arrow>& arrows) {
  std::vector<Arrow*> order;
  for (Arrow& arrow : arrows) order.push_back(&arrow);
  std::ranges::stable_sort(order, {}, [](const Arrow* of) { return of->high() - of->low(); });
  std::vector<std::vector<const Arrow*>> lanes;
  for (Arrow* const arrow : order) {
    const auto is_free = [&](const std::vector<const Arrow*>& lane) {
      return std::ranges::none_of(lane, [&](const Arrow* other) {
        return arrow->low() <= other->high() && other->low() <= arrow->high();
      });
    };
    const auto lane = std::ranges::find_if(lanes, is_free);
    arrow->lane = static_cast<size_t>(lane - lanes.begin());
    if (lane == lanes.end()) {
      lanes.push_back({arrow});
    } else {
      lane->push_back(arrow);
    }
  }
  return lanes.size();
}

std::string box_svg(const GraphJob& job, const Box& box) {
  return base::format(
      "<g class=\"job{}\" data-job=\"{}\"><title>{}{}</title><rect class=\"box\" x=\"1\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\"/><text x=\"13\" y=\"{}\">{}</text></g>",
      job.exists ? "" : " gone", html_text(job.job), html_text(path_text(job.job)),
      job.exists ? "" : ", which has no snapshot in this storage", box.top, kBoxWidth, box.height,
      box.top + box.height / 2 + 4, html_text(shortened(base::printable(job.name), kNameWidth)));
}

int64_t x_of_lane(size_t lane) {
  return kBoxWidth + 17 + kLane * static_cast<int64_t>(lane);
}

// From the arrow to its text.
std::string leader_svg(const Arrow& arrow, int64_t text_at) {
  return base::format("<path class=\"lead\" d=\"M{} {}H{}\"/>", x_of_lane(arrow.lane), arrow.from,
                      text_at - 4);
}

// From the box to the lane, along the lane, and back to the box of the owner, with round corners.
std::string arrow_svg(const Arrow& arrow) {
  const int64_t edge = kBoxWidth + 1;
  const int64_t lane = x_of_lane(arrow.lane);
  const int64_t turn = arrow.to > arrow.from ? 6 : -6;
  return base::format(
      "<path class=\"need\" data-from=\"{}\" data-to=\"{}\" marker-end=\"url(#tip)\" d=\"M{} {}H{}Q{} {} {} {}V{}Q{} {} {} {}H{}\"/>",
      html_text(arrow.need->job), html_text(arrow.need->owner), edge, arrow.from, lane - 6, lane, arrow.from,
      lane, arrow.from + turn, arrow.to - turn, lane, arrow.to, lane - 6, arrow.to, edge + 2);
}

}  // namespace

std::vector<Need> needs_between_jobs(const JobDependencies& dependencies) {
  std::vector<Need> needs;
  for (const auto& [job, owners] : dependencies.of_jobs) {
    for (const auto& [owner, dependency] : owners) {
      if (owner != job) needs.push_back({job, owner, dependency});
    }
  }
  return needs;
}

std::vector<GraphJob> connected_jobs(const std::vector<GraphJob>& jobs, const std::vector<Need>& needs) {
  const Parts parts = parts_of(jobs, needs);
  std::set<std::string_view> of_needs;
  for (const Need& need : needs) of_needs.insert({need.job, need.owner});
  std::vector<std::pair<size_t, size_t>> order;  // by part and age
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (of_needs.contains(jobs[i].job)) order.emplace_back(parts.of(i), i);
  }
  std::ranges::sort(order);
  std::vector<GraphJob> connected;
  for (const auto& [part, i] : order) connected.push_back(jobs[i]);
  return connected;
}

std::string dependency_graph(const std::vector<GraphJob>& connected, const std::vector<Need>& needs) {
  Boxes boxes;
  std::vector<Arrow> arrows = place(connected, needs, boxes);
  const size_t lanes = assign_lanes(arrows);
  std::map<std::string, std::string> names;
  for (const GraphJob& job : connected) names[job.job] = shortened(base::printable(job.name), kNameWidth);
  const int64_t text_at = x_of_lane(lanes) + 2;
  size_t longest = 0;
  std::string texts;
  std::string lines;
  for (const Arrow& arrow : arrows) {
    const Need& need = *arrow.need;
    const std::string text = base::format("{}, {} of {}", base::counted(need.dependency.files, "file"),
                                          base::human_bytes(need.dependency.bytes), names.at(need.owner));
    longest = std::max(longest, display_width(text));
    texts += base::format("<text class=\"need\" x=\"{}\" y=\"{}\">{}</text>", text_at, arrow.from + 4,
                          html_text(text));
    lines += arrow_svg(arrow) + leader_svg(arrow, text_at);
  }
  const Box& last = boxes.at(connected.back().job);
  const int64_t width = text_at + kLetter * static_cast<int64_t>(longest) + 8;
  const int64_t height = last.top + last.height + 1;
  std::string svg = base::format(
      "<svg class=\"graph\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"jobs and the jobs whose files they need\"><defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>",
      width, height, width, height);
  for (const GraphJob& job : connected) svg += box_svg(job, boxes.at(job.job));
  return svg + lines + texts + "</svg>";
}

}  // namespace checkpointfs::cli
