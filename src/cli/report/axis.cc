// SPDX-License-Identifier: Apache-2.0
#include "cli/report/axis.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <limits>

#include "base/text/message.h"

namespace checkpointfs::cli {
namespace {

constexpr uint64_t kMostSteps = 4;
constexpr std::array kUnitNames = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
constexpr std::array<uint64_t, 9> kSteps = {1, 2, 5, 10, 20, 50, 100, 200, 500};

SizeAxis axis_of(uint64_t most, uint64_t step, uint64_t unit, const char* unit_name) {
  const uint64_t steps = std::max<uint64_t>(1, (most + step * unit - 1) / (step * unit));
  SizeAxis axis{steps * step * unit, {}};
  for (uint64_t i = steps; i > 0; --i) axis.labels.push_back(base::format("{} {}", i * step, unit_name));
  axis.labels.emplace_back("0");
  return axis;
}

std::tm utc(int64_t ns) {
  const auto seconds = static_cast<time_t>(ns / 1'000'000'000);
  std::tm time = {};
  ::gmtime_r(&seconds, &time);
  return time;
}

std::string formatted(int64_t ns, const char* form) {
  const std::tm time = utc(ns);
  std::array<char, 64> text = {};
  // The names of months are those of the locale "C", which the program never leaves.
  return {text.data(), std::strftime(text.data(), text.size(), form, &time)};
}

const char* form_of(int64_t first, int64_t last) {
  const std::tm a = utc(first);
  const std::tm b = utc(last);
  constexpr int64_t kMinute = 60'000'000'000;
  if (a.tm_year != b.tm_year) return "%-d %b %Y";
  if (a.tm_yday != b.tm_yday) return last - first > 10 * 24 * 60 * kMinute ? "%-d %b" : "%-d %b %H:%M";
  return last - first > 5 * kMinute ? "%H:%M" : "%H:%M:%S";
}

}  // namespace

SizeAxis size_axis(uint64_t most) {
  most = std::min(most, std::numeric_limits<uint64_t>::max() >> 4);  // no sum overflows
  if (most == 0) return {1024, {"1 KiB", "0"}};
  uint64_t unit = 1;
  for (const char* const name : kUnitNames) {
    for (const uint64_t step : kSteps) {
      if (most <= kMostSteps * step * unit) return axis_of(most, step, unit, name);
    }
    unit *= 1024;
  }
  return {most, {"", "0"}};
}

std::vector<std::string> time_labels(const std::vector<int64_t>& times) {
  std::vector<std::string> labels;
  if (times.empty()) return labels;
  const char* const form = form_of(times.front(), times.back());
  for (const int64_t ns : times) labels.push_back(formatted(ns, form));
  return labels;
}

}  // namespace checkpointfs::cli
