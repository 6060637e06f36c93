// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments/command.h"

#include <array>

namespace checkpointfs::cli {

std::string Invocation::text(std::string_view option) const {
  const auto found = options.find(option);
  return found == options.end() ? std::string() : found->second.back();
}

std::vector<std::string> Invocation::texts(std::string_view option) const {
  const auto found = options.find(option);
  return found == options.end() ? std::vector<std::string>() : found->second;
}

// The table is static in the function, because the order in which files are initialised is not defined.
std::span<const Command> commands() {
  static const std::array kCommands = {kMount,     kUmount, kIndex, kList, kJobs,  kLabel,  kShow,   kState,
                                       kPositions, kRefs,   kDu,    kDiff, kChain, kVerify, kReport, kPlan,
                                       kExport,    kPin,    kUnpin, kPins, kRm,    kGc,     kTrash};
  return kCommands;
}

}  // namespace checkpointfs::cli
