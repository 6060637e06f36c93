// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments/command.h"

#include <algorithm>
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

// The tables are static in functions, because the order in which files are initialised is not defined.
std::span<const CommandGroup> command_groups() {
  static const std::array kGroups = {
      CommandGroup{"Look at snapshots",
                   {kList, kJobs, kShow, kState, kPositions, kRefs, kDu, kDiff, kChain, kVerify, kReport}},
      CommandGroup{"Mount them", {kMount, kUmount}},
      CommandGroup{"Copy them", {kExport, kPlan}},
      CommandGroup{"Keep them", {kPin, kUnpin, kPins}},
      CommandGroup{"Clean up", {kRm, kGc, kTrash}},
      CommandGroup{"Prepare", {kIndex, kLabel}},
  };
  return kGroups;
}

std::span<const Command> commands() {
  static const std::vector<Command> kCommands = [] {
    std::vector<Command> all;
    for (const CommandGroup& group : command_groups())
      all.insert(all.end(), group.commands.begin(), group.commands.end());
    return all;
  }();
  return kCommands;
}

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find(commands(), name, &Command::name);
  return found == commands().end() ? nullptr : &*found;
}

OptionGroup options_of(const Command& command) {
  OptionGroup group;
  command.add_options(group);
  group.push_back({"quiet,q", OptionValue::kNone, "", "print neither progress nor remarks"});
  group.push_back({"help,h", OptionValue::kNone, "", "print this help and exit"});
  return group;
}

std::string_view long_name(const Option& option) {
  const std::string_view names = option.names;
  return names.substr(0, names.find(','));
}

char short_name(const Option& option) {
  const std::string_view names = option.names;
  const size_t comma = names.find(',');
  return comma == std::string_view::npos ? '\0' : names[comma + 1];
}

}  // namespace checkpointfs::cli
