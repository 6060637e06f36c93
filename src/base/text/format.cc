// SPDX-License-Identifier: Apache-2.0
#include "base/text/format.h"

#include <array>
#include <cstdio>
#include <ctime>

#include "base/text/characters.h"
#include "base/text/message.h"

namespace checkpointfs::base {

std::string human_bytes(uint64_t bytes) {
  if (bytes < 1024) return base::format("{} B", bytes);
  static constexpr std::array kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  while (value >= 1023.95 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %s", value, kUnits[unit]);
  return text;
}

std::string counted(uint64_t n, std::string_view noun) {
  return base::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

std::string iso_time(int64_t ns) {
  int64_t seconds = ns / 1'000'000'000;
  if (ns % 1'000'000'000 < 0) --seconds;
  const std::time_t when = seconds;
  std::tm parts = {};
  if (::gmtime_r(&when, &parts) == nullptr) return "unknown";
  char text[64];
  return std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0 ? "unknown" : text;
}

std::string printable(std::string_view text) {
  return escaped(text, "", [](unsigned char byte) {
    char escape[5];
    std::snprintf(escape, sizeof escape, "\\x%02x", byte);
    return std::string(escape);
  });
}

}  // namespace checkpointfs::base
