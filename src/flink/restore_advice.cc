// SPDX-License-Identifier: Apache-2.0
#include "flink/restore_advice.h"

#include "base/text/message.h"
#include "base/text/shell.h"

namespace checkpointfs::flink {
namespace {

constexpr std::string_view kNoRelativeNames =
    "from Flink 1.11 on; older ones read no relative names: use -o absolute";
constexpr std::string_view kBug = "the restored job's next checkpoints cannot be restored (FLINK-39964)";
constexpr std::string_view kKeepTheCopy = "keep the copy where it is: the job goes on using its files";
constexpr std::string_view kDeletesOfOthers =
    "Flink deletes files that the job's other snapshots in the copy need";
constexpr std::string_view kNeedsMaterialisation =
    "with changelog switched off; with changelog on only once a materialisation has been completed";
constexpr std::string_view kChangelogRefuses =
    "with changelog switched off; Flink refuses NO_CLAIM with changelog on";

}  // namespace

std::vector<RestoreMode> restore_modes(FormKind kind, int32_t version, bool has_changelog) {
  using enum Verdict;
  std::vector<RestoreMode> modes;
  if (has_changelog) {
    modes = {{"NO_CLAIM", kConditional, kChangelogRefuses}};
  } else {
    modes = {{"NO_CLAIM", kRight, ""}};
  }
  switch (kind) {
    case FormKind::kOwned:
      for (const char* mode : {"CLAIM", "LEGACY"}) {
        modes.push_back(has_changelog ? RestoreMode{mode, kConditional, kNeedsMaterialisation}
                                      : RestoreMode{mode, kRight, ""});
      }
      if (version <= 3) modes.push_back({"before 1.15", kRight, kNoRelativeNames});
      break;
    case FormKind::kShared:
      modes.insert(modes.end(), {{"CLAIM", kWrong, kBug}, {"LEGACY", kWrong, kBug}});
      if (version <= 3) modes.push_back({"before 1.15", kWrong, kBug});
      break;
    case FormKind::kOriginal:
    case FormKind::kAbsolute:
      modes.insert(modes.end(), {{"CLAIM", kRight, kKeepTheCopy}, {"LEGACY", kRight, kKeepTheCopy}});
      if (version <= 3) modes.push_back({"before 1.15", kRight, kKeepTheCopy});
      break;
  }
  return modes;
}

std::vector<RestoreMode> job_restore_modes(int32_t version, bool has_changelog) {
  std::vector<RestoreMode> modes = restore_modes(FormKind::kOwned, version, has_changelog);
  for (RestoreMode& mode : modes) {
    if (mode.mode == "CLAIM") mode = {mode.mode, Verdict::kWrong, kDeletesOfOthers};
  }
  return modes;
}

std::string_view changelog_advice(int32_t version) {
  if (version == 3) {
    return "the copy holds changelog state, which Flink 1.15 cannot restore with changelog switched off: "
           "mount with -o "
           "absolute=URI and restore with CLAIM or LEGACY";
  }
  return "the copy holds changelog state: restore it with changelog switched off (right in every claim mode; "
         "switch it "
         "on again at a later restore), or mount with -o absolute=URI and restore with CLAIM or LEGACY";
}

namespace {

constexpr std::string_view kLeftAlone =
    "Flink leaves the copy alone; delete it when the restored job has made a checkpoint";
constexpr std::string_view kClaimed = "the copy is Flink's then: Flink deletes it when it needs it no more";
constexpr std::string_view kLegacy =
    "Flink never deletes the copy; delete it when no checkpoint of the restored job names a file in it";

// The option --claimMode is there since 1.20, which reads what is older too; --restoreMode in all since 1.15.
std::string command_of(int32_t version, const std::string& copy, std::string_view mode, bool changelog_off) {
  const bool flink2 = version >= 5;
  std::string command = base::format("flink run -s {}", base::shell_quoted(copy));
  if (!mode.empty()) command += base::format("{}{}", flink2 ? " --claimMode " : " --restoreMode ", mode);
  if (changelog_off) {
    command +=
        base::format(" -D{}=false", flink2 ? "state.changelog.enabled" : "state.backend.changelog.enabled");
  }
  return command + " ...";
}

}  // namespace

std::vector<RestoreCommand> restore_commands(int32_t version, bool has_changelog, const std::string& copy) {
  constexpr std::string_view kAbsolute = "-o absolute=URI";
  // Flink 1.15 has changelog, and refuses to restore such a snapshot with changelog switched off.
  if (has_changelog && version == 3) {
    return {{"CLAIM", kAbsolute, command_of(version, copy, "CLAIM", false), std::string(kKeepTheCopy)},
            {"LEGACY", kAbsolute, command_of(version, copy, "LEGACY", false), std::string(kKeepTheCopy)}};
  }
  std::vector<RestoreCommand> commands = {
      {"NO_CLAIM", "", command_of(version, copy, "NO_CLAIM", has_changelog), std::string(kLeftAlone)},
      {"CLAIM", "", command_of(version, copy, "CLAIM", has_changelog), std::string(kClaimed)},
      {"LEGACY", "", command_of(version, copy, "LEGACY", has_changelog), std::string(kLegacy)}};
  if (version > 3) return commands;
  commands.push_back({"before 1.15", "", command_of(version, copy, "", false), std::string(kLegacy)});
  if (version == 2) {
    commands.push_back(
        {"before 1.11", kAbsolute, command_of(version, copy, "", false), std::string(kKeepTheCopy)});
  }
  return commands;
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kRight:
      return "yes";
    case Verdict::kConditional:
      return "if";
    case Verdict::kWrong:
      return "no";
  }
  return "";
}

// MetadataSerializers.java of each release: the writer's version, and those that are registered for reading.
std::string_view written_by(int32_t version) {
  switch (version) {
    case 2:
      return "Flink 1.3 to 1.10";
    case 3:
      return "Flink 1.11 to 1.15";
    case 4:
      return "Flink 1.16 to 1.20";
    case 5:
      return "Flink 2.0";
    case 6:
      return "Flink 2.1 and later";
    default:
      return "an unknown Flink";
  }
}

std::string_view oldest_reader(int32_t version) {
  switch (version) {
    case 2:
    case 3:
      return "1.11";
    case 4:
      return "1.16";
    case 5:
      return "2.0";
    default:
      return "2.1";
  }
}

}  // namespace checkpointfs::flink
