// SPDX-License-Identifier: Apache-2.0
#include "cli/report/page_text.h"

#include <algorithm>
#include <array>

#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/query/query_target.h"
#include "cli/report/html.h"
#include "flink/names.h"

namespace checkpointfs::cli {
namespace {

struct Unit {
  int64_t seconds;
  std::string_view name;
  int64_t from;  // the number of seconds from which on the unit is used
};

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
constexpr int64_t kDay = 86'400;
constexpr std::array<Unit, 6> kUnits = {{{365 * kDay, "year", 730 * kDay},
                                         {30 * kDay, "month", 60 * kDay},
                                         {kDay, "day", 2 * kDay},
                                         {3600, "hour", 2 * 3600},
                                         {60, "minute", 120},
                                         {1, "second", 0}}};

// Cuts one component.
std::string short_id(std::string_view component) {
  if (!flink::is_job_id(component)) return std::string(component);
  return base::format("{}{}{}", component.substr(0, 8), kEllipsis, component.substr(component.size() - 4));
}

}  // namespace

std::string time_ago(int64_t ns, int64_t now) {
  const int64_t seconds = (now - ns) / 1'000'000'000;
  if (now < ns) return "in the future";
  const auto* const unit = std::ranges::find_if(kUnits, [&](const Unit& of) { return seconds >= of.from; });
  return base::format("{} ago", base::counted(static_cast<uint64_t>(seconds / unit->seconds), unit->name));
}

std::string whole_time(int64_t ns) {
  std::string text = base::iso_time(ns);
  std::ranges::replace(text, 'T', ' ');
  if (text.ends_with('Z')) text.replace(text.size() - 1, 1, " UTC");
  return text;
}

std::string html_time(int64_t ns, int64_t now) {
  return base::format("<time datetime=\"{}\" title=\"{}\">{}</time>", base::iso_time(ns), whole_time(ns),
                      time_ago(ns, now));
}

std::string with_short_ids(std::string_view path) {
  std::string out;
  while (true) {
    const size_t slash = path.find('/');
    out += short_id(path.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    out += '/';
    path.remove_prefix(slash + 1);
  }
}

std::string html_path(std::string_view path) {
  std::string text = path_text(with_short_ids(path));
  // A word joiner: no line ends within an id.
  for (size_t at = 0; (at = text.find(kEllipsis, at)) != std::string::npos; at += kEllipsis.size())
    text.insert(at + kEllipsis.size(), "\xE2\x81\xA0");
  std::string html;
  for (const char c : html_text(text)) {
    html += c;
    if (c == '/') html += "<wbr>";
  }
  return base::format("<span class=\"path\" title=\"{}\">{}</span>", html_text(path_text(path)), html);
}

std::string html_chip(std::string_view kind, std::string_view text) {
  return base::format("<span class=\"chip {}\">{}</span>", kind, html_text(text));
}

std::string html_status(index::SnapshotStatus status) {
  const char* const kind = status == index::SnapshotStatus::kOk ? "good"
                           : index::is_sound(status)            ? "note"
                                                                : "bad";
  return html_chip(kind, to_string(status));
}

}  // namespace checkpointfs::cli
