// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments/command.h"

#include <array>

namespace checkpointfs::cli {

std::string Invocation::text(const char* option) const {
  return has(option) ? options[option].as<std::string>() : std::string();
}

std::vector<std::string> Invocation::texts(const char* option) const {
  return has(option) ? options[option].as<std::vector<std::string>>() : std::vector<std::string>();
}

// A function's static, as the order in which the commands' files are initialised is nobody's to choose.
std::span<const Command> commands() {
  static const std::array kCommands = {kMount,  kUmount, kIndex, kList,  kShow, kRefs, kDu, kDiff, kChain,
                                       kVerify, kReport, kPin,   kUnpin, kPins, kRm,   kGc, kTrash};
  return kCommands;
}

}  // namespace checkpointfs::cli
