// SPDX-License-Identifier: Apache-2.0
#include "cli/restore_advice.h"

namespace checkpointfs::cli {
namespace {

constexpr std::string_view kNoRelativeNames =
    "from Flink 1.11 on; older ones read no relative names: use -o absolute";
constexpr std::string_view kBug = "the restored job's next checkpoints cannot be restored (FLINK-39964)";
constexpr std::string_view kKeepTheCopy = "keep the copy where it is: the job goes on using its files";
constexpr std::string_view kNeedsMaterialisation =
    "with changelog switched off; with changelog on only once a materialisation has been completed";
constexpr std::string_view kChangelogRefuses =
    "with changelog switched off; Flink refuses NO_CLAIM with changelog on";

}  // namespace

std::vector<RestoreMode> restore_modes(flink::FormKind kind, int32_t version, bool has_changelog) {
  using enum Verdict;
  std::vector<RestoreMode> modes;
  if (has_changelog) {
    modes = {{"NO_CLAIM", kConditional, kChangelogRefuses}};
  } else {
    modes = {{"NO_CLAIM", kRight, ""}};
  }
  switch (kind) {
    case flink::FormKind::kOwned:
      for (const char* mode : {"CLAIM", "LEGACY"}) {
        modes.push_back(has_changelog ? RestoreMode{mode, kConditional, kNeedsMaterialisation}
                                      : RestoreMode{mode, kRight, ""});
      }
      if (version <= 3) modes.push_back({"before 1.15", kRight, kNoRelativeNames});
      break;
    case flink::FormKind::kShared:
      modes.insert(modes.end(), {{"CLAIM", kWrong, kBug}, {"LEGACY", kWrong, kBug}});
      if (version <= 3) modes.push_back({"before 1.15", kWrong, kBug});
      break;
    case flink::FormKind::kOriginal:
    case flink::FormKind::kAbsolute:
      modes.insert(modes.end(), {{"CLAIM", kRight, kKeepTheCopy}, {"LEGACY", kRight, kKeepTheCopy}});
      if (version <= 3) modes.push_back({"before 1.15", kRight, kKeepTheCopy});
      break;
  }
  return modes;
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

}  // namespace checkpointfs::cli
