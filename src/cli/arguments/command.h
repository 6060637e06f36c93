// SPDX-License-Identifier: Apache-2.0
// What a command of the program is, and the table of them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include "cli/arguments/exit_code.h"

namespace checkpointfs::cli {

using OptionGroup = boost::program_options::options_description;

// A parsed command line.
struct Invocation {
  boost::program_options::variables_map options;
  std::vector<std::string> operands;

  bool has(const char* option) const { return options.count(option) != 0; }
  // "" if it was not given.
  std::string text(const char* option) const;
  // Every value of an option that may be repeated.
  std::vector<std::string> texts(const char* option) const;
};

struct Command {
  std::string_view name;
  std::string_view usage;    // what follows the options: "SOURCE... MOUNTPOINT"
  std::string_view summary;  // one line, no full stop
  void (*add_options)(OptionGroup& group);
  ExitCode (*run)(const Invocation& invocation);
};

std::span<const Command> commands();

// Each is in the file of its name.
extern const Command kMount;
extern const Command kUmount;
extern const Command kIndex;
extern const Command kList;
extern const Command kShow;
extern const Command kRefs;
extern const Command kDu;
extern const Command kDiff;
extern const Command kChain;
extern const Command kVerify;
extern const Command kReport;
extern const Command kPin;
extern const Command kUnpin;
extern const Command kPins;
extern const Command kRm;
extern const Command kGc;
extern const Command kTrash;

}  // namespace checkpointfs::cli
