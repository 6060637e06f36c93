// SPDX-License-Identifier: Apache-2.0
// With which claim modes a copy can be restored, and why not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flink/rewrite.h"

namespace checkpointfs::cli {

// The sentence about snapshots with changelog state.
inline constexpr std::string_view kChangelogAdvice =
    "the copy holds changelog state: restore it with changelog switched off (right in every claim mode; "
    "switch it "
    "on again at a later restore), or mount with -o absolute=URI and restore with CLAIM or LEGACY";

enum class Verdict : uint8_t {
  kRight,        // restores, goes on, and restores again
  kConditional,  // under the condition that `note` names
  kWrong,        // restores, but a later checkpoint of the restored job does not resolve, or is refused
};

struct RestoreMode {
  std::string_view mode;  // "NO_CLAIM", "CLAIM", "LEGACY", "before 1.15"
  Verdict verdict = Verdict::kRight;
  std::string_view note;  // "" if there is nothing to say
};

// What to expect of a copy in the form `kind`, in each claim mode that a Flink has which reads metadata of
// `version`.
std::vector<RestoreMode> restore_modes(flink::FormKind kind, int32_t version, bool has_changelog);

std::string_view to_string(Verdict verdict);  // "yes", "if", "no"

// "Flink 1.16 to 1.20": who writes metadata of `version`.
std::string_view written_by(int32_t version);
// The oldest Flink that reads the snapshot's copy, relative names included: "1.16".
std::string_view oldest_reader(int32_t version);

}  // namespace checkpointfs::cli
