// SPDX-License-Identifier: Apache-2.0
// From the command line to a command: the table of commands, their options, and what was given.
//
// A command is one file in cli/questions or cli/commands and one row of commands(). main.cc finds the row by
// name, parse() (see options.h) checks the arguments against the row's options, and the row's run() gets the
// Invocation that results. run() prints its answer to standard output and returns an ExitCode; every failure
// is an exception, which main.cc turns into a message and an exit code (see exit_code.h). paths.h makes the
// paths that were typed absolute. Only options.cc sees Boost.Program_options, so that this header is cheap
// for every command.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments/exit_code.h"
#include "storage/types.h"

namespace checkpointfs::cli {

enum class OptionValue : uint8_t { kNone, kOne, kRepeated };

struct Option {
  const char* names;  // "long" or "long,x"
  OptionValue takes;
  const char* value;  // the name of the value in --help: "FILE"; "" if the option takes none
  const char* help;   // one line, no full stop
};

// The options of a command in the order of its --help.
using OptionGroup = std::vector<Option>;

// A parsed command line.
struct Invocation {
  std::map<std::string, std::vector<std::string>, std::less<>> options;  // values by long name
  std::vector<std::string> operands;
  // Stores that are mounted while the command runs: the URIs of their directories, and how the command line
  // names each directory ("rclone:gw:bucket"). See cli/rclone/mounted_sources.h.
  std::vector<storage::Mapping> store_mappings = {};
  std::map<std::string, std::string> store_names = {};
  std::string_view command = {};  // its name

  bool has(std::string_view option) const { return options.contains(option); }
  // Returns "" if the option was not given.
  std::string text(std::string_view option) const;
  // Returns every value of an option that may be repeated.
  std::vector<std::string> texts(std::string_view option) const;
};

struct Command {
  std::string_view name;
  std::string_view usage;    // the operands after the options: "SOURCE... MOUNTPOINT"
  std::string_view summary;  // one line, no full stop; the same as in the man page
  void (*add_options)(OptionGroup& group);
  ExitCode (*run)(const Invocation& invocation);
  std::string_view examples = {};  // at least two lines "$ checkpointfs ...", each with a line feed
};

struct CommandGroup {
  std::string_view title;
  std::vector<Command> commands;
};

// All commands, by what people want to do.
std::span<const CommandGroup> command_groups();
// The same commands in the same order.
std::span<const Command> commands();
// Returns null if no command has this name.
const Command* find_command(std::string_view name);

// Returns the options of the command in the order of its --help, with those that every command has.
OptionGroup options_of(const Command& command);
// "index" of "index" or "index,x".
std::string_view long_name(const Option& option);
// 'x' of "index,x"; 0 without a letter.
char short_name(const Option& option);

// Each command is defined in the file of its name in cli/questions or cli/commands.
extern const Command kMount;
extern const Command kUmount;
extern const Command kIndex;
extern const Command kList;
extern const Command kJobs;
extern const Command kLabel;
extern const Command kShow;
extern const Command kState;
extern const Command kPositions;
extern const Command kRefs;
extern const Command kDu;
extern const Command kDiff;
extern const Command kChain;
extern const Command kVerify;
extern const Command kReport;
extern const Command kPlan;
extern const Command kExport;
extern const Command kPin;
extern const Command kUnpin;
extern const Command kPins;
extern const Command kRm;
extern const Command kGc;
extern const Command kTrash;

}  // namespace checkpointfs::cli
