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
                        NeedsOpen needs_open, const std::function<IoCosts()>& costs) {
  if (wanted != IoMode::kAuto) return {wanted, "asked for"};
  if (needs_open == NeedsOpen::kPinOnOpen)
    return {IoMode::kHybrid, "pin-on-open must see when a file is opened"};
  if (needs_open == NeedsOpen::kKeyedState)
    return {IoMode::kHybrid, "state=keyed must see when a file is opened"};
  if (broken_snapshots != 0)
    return {IoMode::kHybrid, "there are broken snapshots, whose files must fail when opened"};
  const uint64_t small_files = sizes.files - sizes.large_files;
  const std::string files =
      base::format("{} small files, {} in large ones", small_files, base::human_bytes(sizes.large_bytes));
  if (small_files == 0) return {IoMode::kHybrid, files};
  if (sizes.large_bytes == 0) return {IoMode::kPush, files};
  const IoCosts more = costs();
  // Both fit into a double, and need not be exact.
  const double hybrid = static_cast<double>(small_files) * static_cast<double>(more.hybrid_ns);
  const double push = static_cast<double>(sizes.large_bytes) / (1 << 20) * static_cast<double>(more.push_ns);
  return {
      hybrid <= push ? IoMode::kHybrid : IoMode::kPush,
      base::format(
          "{} (hybrid costs about {} us more for each small one, push {} us for each MiB of the large ones)",
          files, more.hybrid_ns / 1000, more.push_ns / 1000)};
}

}  // namespace checkpointfs::fs
