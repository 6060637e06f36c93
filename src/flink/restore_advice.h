// SPDX-License-Identifier: Apache-2.0
// With which claim modes a copy can be restored, and why not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flink/rewrite.h"

namespace checkpointfs::flink {

// The sentence about snapshots with changelog state in metadata of `version`.
std::string_view changelog_advice(int32_t version);
// The sentence about snapshots that a Flink may have written which reads no relative names.
inline constexpr std::string_view kOldFlinkAdvice =
    "Flink before 1.11 reads no relative names: to restore with such a Flink, mount with -o absolute=URI; "
    "1.11 and "
    "later read a copy from any mount";

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

// The expected outcome for a copy in the form `kind`, in each claim mode that a Flink has which reads
// metadata of `version`.
std::vector<RestoreMode> restore_modes(FormKind kind, int32_t version, bool has_changelog);
// The same of a copy of a whole job, where snapshots have files in common.
std::vector<RestoreMode> job_restore_modes(int32_t version, bool has_changelog);

// One way to restore a copy.
struct RestoreCommand {
  std::string_view mode;   // as above; "before 1.11" too
  std::string_view mount;  // what the copy must be mounted with: "" or "-o absolute=URI"
  std::string command;     // "flink run -s URI ..."
  std::string note;        // what Flink does with the copy
};

// The commands that restore a copy at `copy` (a URI), one for each claim mode that is right.
std::vector<RestoreCommand> restore_commands(int32_t version, bool has_changelog, const std::string& copy);

std::string_view to_string(Verdict verdict);  // "yes", "if", "no"

// "Flink 1.16 to 1.20": who writes metadata of `version`.
std::string_view written_by(int32_t version);
// The oldest Flink that reads the snapshot's copy, relative names included: "1.16".
std::string_view oldest_reader(int32_t version);

}  // namespace checkpointfs::flink
