// SPDX-License-Identifier: Apache-2.0
#include "base/human.h"

#include <array>
#include <cstdio>
#include <ctime>

#include "base/concat.h"

namespace checkpointfs::base {
namespace {

// Bytes of the character that `text` (not empty) starts with; 0 if that is a control character or no UTF-8.
size_t printable_length(std::string_view text) {
  const auto at = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = at(0);
  if (first < 0x80) return first < 0x20 || first == 0x7F ? 0 : 1;
  const size_t length = first < 0xC2 || first > 0xF4 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  for (size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned second = at(1);
  const bool control = first == 0xC2 && second < 0xA0;  // C1: U+0080 to U+009F
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second >= 0xA0;
  const bool too_large = first == 0xF4 && second >= 0x90;
  return control || overlong || surrogate || too_large ? 0 : length;
}

}  // namespace

std::string human_bytes(uint64_t bytes) {
  if (bytes < 1024) return concat(bytes, " B");
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
  return concat(n, " ", noun, n == 1 ? "" : "s");
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
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = printable_length(text);
    if (length == 0) {
      char escape[5];
      std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned char>(text.front()));
      out += escape;
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

}  // namespace checkpointfs::base
