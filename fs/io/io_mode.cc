// SPDX-License-Identifier: Apache-2.0
#include "fs/io/io_mode.h"

#include <array>
#include <utility>

#include "base/text/message.h"
#include "base/text/format.h"

namespace checkpointfs::fs {
namespace {

constexpr std::array<std::pair<IoMode, std::string_view>, 4> kNames = {{
    {IoMode::kAuto, "auto"},
    {IoMode::kHybrid, "hybrid"},
    {IoMode::kPush, "push"},
    {IoMode::kPlain, "plain"},
}};

// Measured (docs/performance.md): hybrid costs 70 us more for each small file, push 480 us more for each MB
// in large files. So hybrid is faster from so many bytes in large files for each small file on.
constexpr uint64_t kHybridBytes = 150 << 10;

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

IoChoice choose_io_mode(IoMode wanted, const index::SizeDistribution& sizes, uint64_t broken_snapshots,
                        NeedsOpen needs_open) {
  if (wanted != IoMode::kAuto) return {wanted, "asked for"};
  if (needs_open == NeedsOpen::kPinOnOpen)
    return {IoMode::kHybrid, "pin-on-open must see when a file is opened"};
  if (needs_open == NeedsOpen::kKeyedState)
    return {IoMode::kHybrid, "state=keyed must see when a file is opened"};
  if (broken_snapshots != 0)
    return {IoMode::kHybrid, "there are broken snapshots, whose files must fail when opened"};
  const uint64_t small_files = sizes.files - sizes.large_files;
  const bool hybrid = small_files == 0 || sizes.large_bytes / small_files >= kHybridBytes;
  return {
      hybrid ? IoMode::kHybrid : IoMode::kPush,
      base::format("{} small files, {} in large ones", small_files, base::human_bytes(sizes.large_bytes))};
}

}  // namespace checkpointfs::fs
