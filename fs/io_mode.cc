// SPDX-License-Identifier: Apache-2.0
#include "fs/io_mode.h"

#include <array>
#include <utility>

#include "base/concat.h"

namespace checkpointfs::fs {
namespace {

constexpr std::array<std::pair<IoMode, std::string_view>, 4> kNames = {{
    {IoMode::kAuto, "auto"},
    {IoMode::kHybrid, "hybrid"},
    {IoMode::kPush, "push"},
    {IoMode::kPlain, "plain"},
}};

// Of a hundred bytes, how many are in large files where hybrid begins to be the faster one.
constexpr int kHybridPercent = 20;

}  // namespace

std::string_view to_string(IoMode mode) {
  for (const auto& [of, name] : kNames) {
    if (of == mode) return name;
  }
  return {};
}

std::optional<IoMode> io_mode_of(std::string_view text) {
  for (const auto& [mode, name] : kNames) {
    if (name == text) return mode;
  }
  return std::nullopt;
}

IoChoice choose_io_mode(IoMode wanted, const index::SizeDistribution& sizes, uint64_t broken_snapshots) {
  if (wanted != IoMode::kAuto) return {wanted, "asked for"};
  if (broken_snapshots != 0)
    return {IoMode::kHybrid, "there are broken snapshots, whose files must fail when opened"};
  const double large = static_cast<double>(sizes.large_bytes);
  const int percent =
      sizes.bytes == 0 ? 100 : static_cast<int>(100 * large / static_cast<double>(sizes.bytes));
  return {percent >= kHybridPercent ? IoMode::kHybrid : IoMode::kPush,
          base::concat(percent, " % of the bytes are in files of ", kLargeFile >> 10, " KiB or more")};
}

}  // namespace checkpointfs::fs
